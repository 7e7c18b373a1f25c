import type { Notice } from './inert-methods.js';

interface TelegrafOptions {
  handlerTimeout?: number;
  telegram?: Record<string, unknown>;
}

const ofClient: Readonly<Record<string, string>> = {
  agent: 'HTTPS_PROXY names the proxy to Telegram',
  attachmentAgent: 'HTTPS_PROXY names the proxy for files',
  apiRoot: 'TELEGRAM_API_ROOT names the Bot API server',
  apiMode: 'a worker calls the Bot API for bots',
  testEnv: 'a worker calls the usual environment of Telegram',
};

/** Logs the options of `new Telegraf()` that have no effect in a worker, with the setting to use instead. */
export function noticeUnusedOptions(options: TelegrafOptions, notice: Notice): void {
  if (options.handlerTimeout !== undefined) {
    notice(
      'handlerTimeout',
      'handlerTimeout of Telegraf is not used: TURN_TIMEOUT_MS limits each turn.',
    );
  }
  for (const [name, instead] of Object.entries(ofClient)) {
    if (options.telegram?.[name] === undefined) continue;
    notice(`option ${name}`, `The option telegram.${name} of Telegraf is not used: ${instead}.`);
  }
}
