import { describeJsonFault, jsonFault } from './json-fault.js';

/** A value to be stored or sent cannot be represented in JSON. Retrying the turn does not help. */
export class NotJsonError extends TypeError {
  override readonly name = 'NotJsonError';
  /** Retrying cannot help. */
  readonly nextAction = 'never';
}

/**
 * @param name what the value is, for the error message: `label` gives `label.items[2] is NaN, ...`
 * @param read parses the JSON with a schema, as for `jsonFault`
 * @throws NotJsonError when JSON would not preserve the value: see `jsonFault`
 */
export function requireJson(name: string, value: unknown, read?: (json: string) => unknown): void {
  const fault = jsonFault(value, read);
  if (fault) throw new NotJsonError(describeJsonFault(name, fault));
}
