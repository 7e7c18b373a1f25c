/** Where a simulator reports methods that it does not know, and its own failures. A pino logger fits. */
export interface SimulatorLogger {
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}

export const silentLogger: SimulatorLogger = { warn: () => undefined, error: () => undefined };
