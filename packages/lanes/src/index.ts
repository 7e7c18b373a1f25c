export { createIntake, type Intake, type IntakeOptions } from './intake.js';
export type { IntakeObserver } from './observer.js';
