import type { Call } from './call-log.js';
import type { Upload } from './upload.js';

/** What happens to a call instead of being carried out. */
export type ScriptedAnswer =
  /** It succeeds with this result. */
  | { result: unknown }
  /** It is refused: the status and `error_code`, with the other fields of the Bot API's errors. */
  | { error: number; description?: string; parameters?: Record<string, unknown> }
  /** An answer that is not the Bot API's, such as a proxy's page. `status` is 200 by default. */
  | { status?: number; headers?: Record<string, string>; text: string }
  /** It is carried out, but the connection breaks before the answer. */
  | 'lose'
  /** The connection breaks at once. */
  | 'reset'
  /** There is no answer until the caller gives up. */
  | 'hang';

/** What a script sees of a call beyond its log entry. */
export interface ReceivedCall {
  /** The uploaded files, by field. */
  files: ReadonlyMap<string, Upload>;
  /** The caller's port, which identifies the TCP connection. */
  connection: number | undefined;
}

/** Decides about a call; undefined lets the simulator carry it out. */
export type CallScript = (
  call: Call,
  received: ReceivedCall,
) => ScriptedAnswer | undefined | Promise<ScriptedAnswer | undefined>;

/** The scripts of a test, which come before the faults. The first one that answers a call decides. */
export interface ScriptedCalls {
  /** Adds a script. Returns a function that removes it. */
  add(script: CallScript): () => void;
  answerTo(call: Call, received: ReceivedCall): Promise<ScriptedAnswer | undefined>;
}

export function createScriptedCalls(): ScriptedCalls {
  const scripts = new Set<CallScript>();
  return {
    add(script) {
      scripts.add(script);
      return () => void scripts.delete(script);
    },
    async answerTo(call, received) {
      for (const script of scripts) {
        const answer = await script(call, received);
        if (answer !== undefined) return answer;
      }
      return undefined;
    },
  };
}
