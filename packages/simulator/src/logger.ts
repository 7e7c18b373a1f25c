/** Where a simulator reports methods that it does not know, and its own failures. A pino logger fits. */
export interface SimulatorLogger {
  /** Logs a call of a method that is not simulated. */
  warn(fields: object, text: string): void;
  /** Logs an exception inside the simulator, in the field `err`. */
  error(fields: object, text: string): void;
}

export const silentLogger: SimulatorLogger = { warn: () => undefined, error: () => undefined };
