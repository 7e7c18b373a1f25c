import { TurnEndedError, type Turn } from '@chatlane/lanes';
import type { TurnTelegram } from '@chatlane/telegram';
import { authorsFrame, currentStack } from './bot-module/authors-frame.js';

type EndedTurn = Pick<Turn, 'lane' | 'signal'>;

/** Logs what a bot does for a turn that has ended, once for each place in its code. */
export interface LateCalls {
  /** Watches the client of a turn that has ended, which sends nothing more. */
  watch(telegram: TurnTelegram, turn: EndedTurn): void;
  /** The bot used a session, such as `ctx.session`, of a turn that has ended. */
  used(session: string, turn: EndedTurn): void;
  /** The bot called one of its own clients, which still send, in code that a turn has left running. */
  sent(method: string): void;
  /** Whether an unhandled rejection only means that something else, such as `ctx.later()`, was used after its turn. */
  isHarmless(reason: unknown): boolean;
}

const remedy =
  'Await what a handler starts, and use ctx.later() for what is to happen after its turn.';

export function createLateCalls(warn: (fields: object, message: string) => void): LateCalls {
  const logged = new Set<string>();

  function log(fields: object, problem: string, stack = currentStack()): void {
    const at = authorsFrame(stack);
    const key = `${problem} ${at}`;
    if (logged.has(key)) return;
    logged.add(key);
    warn({ ...fields, at }, `${problem} ${remedy}`);
  }

  return {
    watch(telegram, { lane, signal }) {
      const callApi = telegram.callApi.bind(telegram) as (...call: unknown[]) => Promise<never>;
      telegram.callApi = (...call) => {
        // A handler whose turn was aborted is not at fault.
        const method = call[0];
        if (!signal.aborted) {
          log({ lane }, `${method} was called after its turn had ended, and was not sent.`);
        }
        return callApi(...call);
      };
    },
    used(session, { lane, signal }) {
      if (signal.aborted) return;
      log({ lane }, `${session} was used after its turn had ended, and is not saved.`);
    },
    isHarmless(reason) {
      if (!(reason instanceof TurnEndedError)) return false;
      log({}, reason.message, reason.stack);
      return true;
    },
    sent(method) {
      log(
        {},
        `${method} was called after its turn had ended: it was sent at once, outside of the chat's order, and would be lost in a restart.`,
      );
    },
  };
}
