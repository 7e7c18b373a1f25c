import { commandIn } from '@chatlane/contracts';
import type { MiddlewareFn } from 'telegraf';
import type { Message, MessageEntity, Update } from 'telegraf/types';
import type { TurnContext } from '../turn/turn.js';

/**
 * Makes `bot.command` find commands wherever Telegram's apps show them: also in the caption of a photo or file, and in
 * any case (`/START`). Telegraf itself looks only at texts, and matches the exact name. Handlers behind this middleware
 * see the caption as `text`. The message keeps its file.
 *
 * @example
 * bot.use(captionCommands());
 * bot.command('files', (ctx) => ctx.reply(`You search for ${ctx.payload}.`));
 */
export function captionCommands<C extends TurnContext>(): MiddlewareFn<C> {
  return function findCommand(ctx, next) {
    const { message } = ctx;
    const command = commandIn(message);
    if (message === undefined || command === undefined) return next();
    const { text, entities } = textOf(message);
    const end = command.name.length + 1;
    if ('text' in message && text.startsWith(`/${command.name}`)) return next();
    const asText = { ...message, text: `/${command.name}${text.slice(end)}`, entities };
    const update = { ...ctx.update, message: asText } as unknown as Update;
    Object.defineProperty(ctx, 'update', { value: update, configurable: true, writable: true });
    return next();
  };
}

function textOf(message: Message): { text: string; entities: MessageEntity[] } {
  if ('text' in message) return { text: message.text, entities: message.entities ?? [] };
  const { caption = '', caption_entities: entities = [] } = message as Message.CaptionableMessage;
  return { text: caption, entities };
}
