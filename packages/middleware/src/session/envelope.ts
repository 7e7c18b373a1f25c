/*
 * What is stored of a session. Version 1 is the bare session, as code without versions writes it; any later version
 * lies in an envelope: {"chatlaneSession":3,"value":{...}}.
 */

/** Names the version; no session of version 1 is written bare that looks like an envelope. */
const VERSION = 'chatlaneSession';

export interface Envelope {
  version: number;
  value: unknown;
}

export function intoEnvelope(value: unknown, version: number): unknown {
  return version === 1 && !isEnvelope(value) ? value : { [VERSION]: version, value };
}

export function outOfEnvelope(content: unknown): Envelope {
  return isEnvelope(content)
    ? { version: content[VERSION], value: content.value }
    : { version: 1, value: content };
}

function isEnvelope(content: unknown): content is { [VERSION]: number; value: unknown } {
  return (
    typeof content === 'object' &&
    content !== null &&
    VERSION in content &&
    'value' in content &&
    // A field that is undefined is not in the JSON.
    Object.values(content).filter((field) => field !== undefined).length === 2 &&
    Number.isSafeInteger(content[VERSION])
  );
}
