import { describeJsonFault, jsonFault } from './json-fault.js';

/** JSON cannot hold a value that was to be stored or sent. Trying the turn again does not help. */
export class NotJsonError extends TypeError {
  override readonly name = 'NotJsonError';
  readonly nextAction = 'never';
}

/**
 * @param name what the value is, for the error: `label` gives `label.items[2] is NaN, ...`
 * @param read reads the JSON with a schema, as for `jsonFault`
 * @throws NotJsonError when the value would come back from JSON as something else: see `jsonFault`
 */
export function requireJson(name: string, value: unknown, read?: (json: string) => unknown): void {
  const fault = jsonFault(value, read);
  if (fault) throw new NotJsonError(describeJsonFault(name, fault));
}
