/**
 * An update's bytes as Telegram writes them: `{"update_id":N,\n"message":{...}}`, with non-ASCII characters as `\uXXXX`
 * (td's JsonBuilder). A webhook body and a getUpdates answer contain the same text.
 */
export function updateBody(updateId: number, fields: Record<string, unknown>): Buffer {
  const parts = Object.entries(fields).map(
    ([name, value]) => `,\n${JSON.stringify(name)}:${JSON.stringify(value)}`,
  );
  return Buffer.from(escapeNonAscii(`{"update_id":${updateId}${parts.join('')}}`), 'latin1');
}

function escapeNonAscii(json: string): string {
  return json.replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
