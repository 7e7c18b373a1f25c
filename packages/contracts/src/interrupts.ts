import { asFields } from './fields.js';

/** Whether an update, besides taking its place in the lane, is to stop the turn that runs there. */
export function interruptsTurn(
  kind: string,
  payload: unknown,
  cancelCommands: readonly string[],
): boolean {
  if (kind === 'stopped_message_generation') return true;
  if (kind !== 'message') return false;
  const text = asFields(payload)?.['text'];
  return typeof text === 'string' && cancelCommands.some((command) => isCommand(text, command));
}

/** `/cancel`, `/cancel now` and `/cancel@some_bot`, but not `/cancelled`. */
function isCommand(text: string, command: string): boolean {
  return (
    command !== '' && text.startsWith(command) && /^(@\w+)?(\s|$)/.test(text.slice(command.length))
  );
}
