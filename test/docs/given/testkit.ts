import type { Composer, Context } from 'telegraf';

export declare const bot: Composer<Context>;
