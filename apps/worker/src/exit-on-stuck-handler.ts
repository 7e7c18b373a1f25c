import type { Turn } from '@chatlane/lanes';
import type { Logger, ServiceContext } from '@chatlane/runtime';
import type { CommandList } from './load-bot.js';

/** What the worker does about a handler that has not ended at the end of its grace. */
export interface StuckHandlerExit {
  /** The Telegraf context of each turn, to name a handler by. */
  contexts: WeakMap<Turn, object>;
  /** Logs the handler by name, as far as that can be known, and has the process restarted. */
  onStuck: (turn: Turn) => void;
}

/** `announced`: the bot's commands. */
export function createExitOnStuckHandler(
  logger: Pick<Logger, 'fatal'>,
  announced: readonly CommandList[] | undefined,
  fail: ServiceContext['fail'],
): StuckHandlerExit {
  const commands = new Set(
    (announced ?? []).flatMap((list) => list.commands.map(({ command }) => command)),
  );
  const contexts = new WeakMap<Turn, object>();

  /** Anything else in a message belongs to its user, and appears in no log. */
  function commandOf(ctx: object): string | undefined {
    const { message } = ctx as { message?: { text?: string; caption?: string } };
    const word = /^\/(\w+)/.exec(message?.text ?? message?.caption ?? '')?.[1]?.toLowerCase();
    return word !== undefined && commands.has(word) ? `/${word}` : undefined;
  }

  return {
    contexts,
    onStuck(turn) {
      const { lane, event, attempt } = turn;
      const ctx = contexts.get(turn) ?? {};
      const eventId = event.type === 'update' ? String(event.updateId) : event.id;
      const handler = { command: commandOf(ctx), scene: sceneOf(ctx) };
      logger.fatal(
        { lane, eventId, kind: event.kind, attempt, ...handler },
        'a handler did not end: this worker exits when its other turns have ended',
      );
      fail();
    },
  };
}

function sceneOf(ctx: object): string | undefined {
  try {
    const { scene } = ctx as { scene?: { current?: { id?: unknown } } };
    return typeof scene?.current?.id === 'string' ? scene.current.id : undefined;
  } catch {
    // Telegraf reads the session for it, and a session can refuse to be read.
    return undefined;
  }
}
