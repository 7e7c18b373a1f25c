import type { InlineButton, ReplyMarkup } from '../world/message.js';
import { badRequest } from './api-error.js';
import type { Arguments } from './arguments.js';
import { checkedLink } from './formatting/links.js';

const inlineActions = [
  'callback_data',
  'url',
  'login_url',
  'web_app',
  'switch_inline_query',
  'switch_inline_query_current_chat',
  'switch_inline_query_chosen_chat',
  'copy_text',
  'callback_game',
  'pay',
];
const maxCallbackDataBytes = 64;
const maxInlineButtons = 100;

/** The keyboard of a call, validated; undefined when there is none. @throws ApiError */
export function replyMarkup(args: Arguments): ReplyMarkup | undefined {
  const given = args.json('reply_markup');
  if (given === undefined) return undefined;
  if (!isObject(given)) throw badRequest('object expected as reply markup');
  if ('inline_keyboard' in given) {
    const rows = rowsOf(given['inline_keyboard'], 'inline keyboard').map((row) =>
      row.map(inlineButton),
    );
    if (rows.flat().length > maxInlineButtons) throw badRequest('reply markup is too long');
    return { inline_keyboard: rows.filter((row) => row.length > 0) };
  }
  if ('keyboard' in given) {
    const rows = rowsOf(given['keyboard'], 'keyboard').map((row) => row.map(replyButton));
    return { ...given, keyboard: rows };
  }
  return Object.keys(given).length === 0 ? undefined : given;
}

function rowsOf(value: unknown, what: string): unknown[][] {
  if (!Array.isArray(value))
    throw badRequest(`field "${what.replace(' ', '_')}" must be of type Array`);
  return value.map((row: unknown) => {
    if (!Array.isArray(row)) throw badRequest(`${what} row must be an Array`);
    return row as unknown[];
  });
}

function inlineButton(value: unknown): InlineButton {
  const fault = (what: string) => badRequest(`can't parse inline keyboard button: ${what}`);
  if (!isObject(value)) throw fault('InlineKeyboardButton must be an Object');
  const { text, callback_data: data, url } = value;
  if (typeof text !== 'string') throw fault('field "text" must be of type String');
  if (text.trim() === '') throw fault('text must be non-empty');
  if (!inlineActions.some((action) => action in value)) {
    throw fault('Text buttons are unallowed in the inline keyboard');
  }
  if (typeof data === 'string') {
    const bytes = Buffer.byteLength(data);
    if (bytes === 0 || bytes > maxCallbackDataBytes) throw badRequest('BUTTON_DATA_INVALID');
  }
  return (typeof url === 'string' ? { ...value, url: buttonLink(url) } : value) as InlineButton;
}

/** @throws ApiError */
function buttonLink(url: string): string {
  try {
    return checkedLink(url);
  } catch (error) {
    throw badRequest(`inline keyboard button URL '${url}' is invalid: ${(error as Error).message}`);
  }
}

function replyButton(value: unknown): Record<string, unknown> {
  if (typeof value === 'string') return { text: value };
  if (isObject(value) && typeof value['text'] === 'string') return value;
  throw badRequest("can't parse keyboard button: KeyboardButton must be a String or an Object");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
