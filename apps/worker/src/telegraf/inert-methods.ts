/** Logs a notice for the bot's author, the first time that `key` occurs. */
export type Notice = (key: string, message: string) => void;

const receives = 'Chatlane receives the updates and calls the handlers. Remove the call';

const remedies: Readonly<Record<string, string>> = {
  launch: receives,
  startPolling: receives,
  startWebhook: receives,
  createWebhook: `${receives}, and set PUBLIC_URL for the ingress`,
  webhookCallback: `${receives}, and set PUBLIC_URL for the ingress`,
  handleUpdate: `${receives}; Telegram's updates reach the bot through its chat's lane`,
  stop: 'the worker ends the running turns and stops by itself. Remove the call',
};

interface TelegrafBot {
  telegram: { getMe(): Promise<object> };
  botInfo?: object;
}

/** The methods that start a bot. A module calls one of them when the bot is complete. */
const starts = ['launch', 'startPolling', 'startWebhook', 'createWebhook', 'webhookCallback'];

/**
 * Replaces the methods with which a bot receives updates by itself. A loaded bot must not do that: its polling would
 * take the updates away from the ingress, and they would bypass the lanes.
 *
 * @param launched receives the bots that are started
 */
export function makeInert(
  telegraf: { prototype: object },
  notice: Notice,
  launched: Set<object>,
): void {
  const prototype = telegraf.prototype as Record<string, unknown>;
  for (const [name, remedy] of Object.entries(remedies)) {
    if (!(name in prototype)) continue;
    prototype[name] = function inert(this: TelegrafBot, ...args: unknown[]) {
      if (starts.includes(name)) launched.add(this);
      notice(name, `${name}() of Telegraf does nothing in a worker: ${remedy}.`);
      return results[name]?.(this, args);
    };
  }
}

const results: Readonly<Record<string, (bot: TelegrafBot, args: unknown[]) => unknown>> = {
  launch,
  startPolling: () => Promise.resolve(),
  handleUpdate: () => Promise.resolve(),
  createWebhook: () => Promise.resolve(refuseRequest),
  webhookCallback: () => refuseRequest,
};

/** Does what the bot expects of its launch. */
async function launch(bot: TelegrafBot, args: unknown[]): Promise<void> {
  // A failure is ignored here: without `botInfo` the worker does not start either.
  if (!bot.botInfo) {
    const me = await bot.telegram.getMe().catch(() => undefined);
    if (me) bot.botInfo = me;
  }
  const onLaunch = args.find((each) => typeof each === 'function');
  onLaunch?.();
}

interface Response {
  statusCode: number;
  end(): void;
}

/** Passes a request on, or responds 503, so that Telegram delivers the update again. */
function refuseRequest(_request: unknown, response: Response, next?: () => void): void {
  if (next) return next();
  response.statusCode = 503;
  response.end();
}
