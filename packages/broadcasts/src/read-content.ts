import { broadcastMedia, type BroadcastContent, type BroadcastMessage } from './content.js';

/**
 * Checks content that comes from outside, such as a file.
 *
 * @throws TypeError that names the field and what would be right; it does not quote texts
 */
export function readContent(value: unknown): BroadcastContent {
  if (!isObject(value)) throw new TypeError('The content must be an object.');
  const forms = (['message', 'copy', 'forward'] as const).filter((form) => form in value);
  const [form] = forms;
  if (form === undefined || forms.length > 1) {
    throw new TypeError('The content must have exactly one of message, copy and forward.');
  }
  if (form === 'message') {
    readMessage(value['message'], 'message');
    const { languages = {} } = value;
    if (!isObject(languages)) throw new TypeError('languages must be an object.');
    for (const [language, message] of Object.entries(languages)) {
      if (!/^[a-z]{2,3}(-[a-z0-9]+)?$/.test(language)) {
        throw new TypeError('languages must have language codes such as ru or pt-br as its keys.');
      }
      readMessage(message, `languages.${language}`);
    }
  } else {
    const address = value[form];
    if (
      !isObject(address) ||
      !Number.isSafeInteger(address['chatId']) ||
      !Number.isSafeInteger(address['messageId'])
    ) {
      throw new TypeError(`${form} must have a chatId and a messageId, both whole numbers.`);
    }
  }
  return value as unknown as BroadcastContent;
}

function readMessage(value: unknown, where: string): void {
  if (!isObject(value)) throw new TypeError(`${where} must be an object.`);
  const { text, parseMode, media, buttons = [], optOutButton } = value as Partial<BroadcastMessage>;
  const has = (name: string, right: boolean, what: string): void => {
    if (!right) throw new TypeError(`${where}.${name} must be ${what}.`);
  };
  if (media === undefined) has('text', isText(text), 'a text, unless the message has media');
  else {
    has('text', text === undefined || isText(text), 'a text');
    has('media.kind', broadcastMedia.includes(media.kind), `one of ${broadcastMedia.join(', ')}`);
    has('media.fileId', isText(media.fileId), 'a file id or a URL');
  }
  has(
    'parseMode',
    parseMode === undefined || parseMode === 'HTML' || parseMode === 'MarkdownV2',
    'HTML or MarkdownV2',
  );
  has('optOutButton', optOutButton === undefined || isText(optOutButton), 'a text');
  const isButton = (button: unknown): boolean =>
    isObject(button) && isText(button['text']) && isText(button['url'] ?? button['data']);
  has(
    'buttons',
    Array.isArray(buttons) && buttons.every((row) => Array.isArray(row) && row.every(isButton)),
    'rows of buttons with a text and a url or data',
  );
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
