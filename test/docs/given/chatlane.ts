import type { TelegramClient } from '@chatlane/telegram';

export { bank, bot, makeReport, order, secret, stage, type BotContext } from './middleware.js';

export declare const client: { callApi: ReturnType<TelegramClient['forTurn']>['callApi'] };
export declare const subscribers: number[];
