import type { BotContext, BotPorts } from '@chatlane/bot';

export declare const ports: BotPorts;
export declare const ctx: BotContext;
export declare const sms: { send(to: string, text: string): Promise<void> };
