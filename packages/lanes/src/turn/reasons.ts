import { STATUS_CODES } from 'node:http';

/*
 * Short texts for operators on why a lane rests or is blocked. They contain only names and codes of errors, because the
 * message of an error can quote a user.
 */

/** A name or code that matches cannot contain a sentence, a phone number or a control character. */
const NAME = /^[A-Za-z_$][\w$]{0,63}$/;

/** The group's old lane is still held, and has to be moved first. */
export const formerLaneReason = "waits for the group's former lane";

/** The handler ignored its signal; its worker exits, and the lane rests until that has happened. */
export const workerExitsReason = 'its handler did not end, and the worker that runs it exits';

/** An effect of the turn may or may not have happened, and an operator has to decide. */
export const decisionReason = 'waits for a decision about an effect';

/** The handler threw in this attempt. */
export function failureReason(error: unknown, attempt: number): string {
  return `${nameOf(error)} in attempt ${attempt}`;
}

/** The error asked for a `wait`, or the turn was `put-off`. */
export function waitReason(error: unknown): string {
  return `waits because of ${nameOf(error)}`;
}

/** Reads the field `why` of a lane's hash, which starts with the number of its attempt. */
export function readReason(
  state: string,
  attempts: number,
  why: string | null | undefined,
): string | undefined {
  const [, attempt, reason] = /^(\d+)\|(.+)$/s.exec(why ?? '') ?? [];
  const isCurrent = attempt === String(attempts);
  if (isCurrent && ['resting', 'paused'].includes(state)) return reason;
  // A lane rests before the first attempt at its head only when a cancelled turn's handler was still running.
  return state === 'resting' && attempts === 0 ? workerExitsReason : undefined;
}

/** For example `502 Bad Gateway`, `FetchError ECONNREFUSED`, `TypeError`. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'NotAnError';
  const { name, errorCode, code } = error as Error & { errorCode?: unknown; code?: unknown };
  const shown = NAME.test(name) ? name : 'Error';
  const known = [errorCode, code].find(isCode);
  const status = known === undefined ? undefined : STATUS_CODES[known];
  if (status !== undefined) return `${known} ${status}`;
  return known === undefined ? shown : `${shown} ${known}`;
}

function isCode(code: unknown): code is string | number {
  return typeof code === 'string' ? NAME.test(code) : Number.isInteger(code);
}
