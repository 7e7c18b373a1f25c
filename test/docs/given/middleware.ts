import type {
  broadcastOptOut,
  FilesContext,
  I18nContext,
  memoryStore,
  mongoStore,
  SharedRedisOptions,
  StreamContext,
  TurnContext,
} from '@chatlane/middleware';
import type { Composer, Context, Markup, MiddlewareFn, NarrowedContext, Scenes } from 'telegraf';
import type { Message, Update } from 'telegraf/types';
import type { z } from 'zod';

export { Markup, Scenes } from 'telegraf';
export { message } from 'telegraf/filters';
export { bold, fmt } from 'telegraf/format';
export { z } from 'zod';

type Texts = Readonly<{
  hello: 'Hello, {{name}}!';
  files_one: 'one file';
  files_other: '{{count}} files';
  sorry: 'Sorry, that went wrong.';
}>;

/** The session has the type that each example's own bot gives it. */
export interface BotContext
  extends TurnContext, FilesContext, StreamContext, I18nContext<Texts, 'en' | 'de'> {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  session: any;
  chatSession: { messages: number };
  scene: Scenes.SceneContextScene<BotContext>;
}

export type TicketContext = BotContext;

export declare const bot: Composer<BotContext>;
export declare const ctx: NarrowedContext<BotContext, Update.MessageUpdate<Message.TextMessage>>;
export declare const profile: z.ZodObject<{ name: z.ZodString; phones: z.ZodArray<z.ZodString> }>;
export declare const redis: SharedRedisOptions['redis'];
export declare const db: {
  collection<T>(
    name: string,
  ): T extends object ? Parameters<typeof mongoStore>[0]['collection'] : never;
};
export declare const store: ReturnType<typeof memoryStore>;
export declare const stage: Scenes.Stage<BotContext>;
export declare const [register, nameScene, stepScene, ageScene]: Scenes.BaseScene<BotContext>[];
export declare const [slow, stats]: MiddlewareFn<Context>[];
export declare const [readName, readEmail, readPhone]: ((ctx: Context) => string | undefined)[];
export declare const shareNumber: ReturnType<typeof Markup.keyboard>;
export declare const model: {
  answer(question: string, options?: { signal: AbortSignal }): AsyncIterable<string>;
  draw(question: string): Promise<Buffer>;
};
export declare const bank: {
  charge(order: string, options: { idempotencyKey: string }): Promise<{ id: string }>;
};
export declare const [connectionString, name, order, secret, story, title, note, answer]: string[];
export declare const owner: number;
export declare const [en, de]: Texts[];
export declare function makeReport(): Promise<{ source: Buffer }>;
export declare function apologise(ctx: Context): Promise<void>;
export declare const [channel, digest]: string[];
export declare const ports: { chats: Parameters<typeof broadcastOptOut>[0]['store'] };
