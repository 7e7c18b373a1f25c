import type { Turn } from '@chatlane/lanes';
import type { Logger, ServiceContext } from '@chatlane/runtime';
import type { CommandList } from './load-bot.js';

/** What the worker does about a handler that is still running at the end of its grace period. */
export interface StuckHandlerExit {
  /** The Telegraf context of each turn, from which a handler is identified. */
  contexts: WeakMap<Turn, object>;
  /** Logs the handler's command and scene, if they are known, and makes the process exit. */
  onStuck: (turn: Turn) => void;
}

/** @param commandLists the bot's commands: only these may appear in the log */
export function createExitOnStuckHandler(
  logger: Pick<Logger, 'fatal'>,
  commandLists: readonly CommandList[] | undefined,
  fail: ServiceContext['fail'],
): StuckHandlerExit {
  const commands = new Set(
    (commandLists ?? []).flatMap((list) => list.commands.map(({ command }) => command)),
  );
  const contexts = new WeakMap<Turn, object>();

  /** Anything else in a message is the user's and must not be logged. */
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
    // Telegraf reads the session here, which may throw.
    return undefined;
  }
}
