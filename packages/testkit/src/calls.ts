import type { Call, CallScript, RunningSimulator, ScriptedAnswer } from '@chatlane/simulator';

/** How Telegram refuses a call. */
export interface Refusal {
  /** The Bot API's code, such as 403. */
  error_code: number;
  /** The reason, such as `Forbidden: bot was blocked by the user`. */
  description: string;
  /** How to recover: the seconds to wait, or the supergroup that a group became. */
  parameters?: { retry_after?: number; migrate_to_chat_id?: number };
}

/**
 * Decides about a call: a refusal, another answer in Telegram's place (`{ result }`, a broken connection `'reset'`, an
 * answer that is lost `'lose'`), or undefined, which lets the simulator carry it out.
 */
export type CallHandler = (call: Call) => Refusal | ScriptedAnswer | undefined;

/** Lets a function decide about the calls of one method. Returns a function that ends it. */
export function onCall(
  telegram: RunningSimulator,
  method: string,
  decide: CallHandler,
): () => void {
  const script: CallScript = (call) => {
    if (call.method.toLowerCase() !== method.toLowerCase()) return undefined;
    const answer = decide(call);
    if (typeof answer !== 'object' || !('error_code' in answer)) return answer;
    const { error_code: error, description, parameters } = answer;
    return { error, description, ...(parameters && { parameters }) };
  };
  return telegram.onCall(script);
}
