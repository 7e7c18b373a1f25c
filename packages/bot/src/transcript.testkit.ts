/** The parts of a bot's call that a reader of the chat can see. */
export interface SentCall {
  method: string;
  body: {
    text?: string;
    parse_mode?: string;
    reply_parameters?: { message_id: number };
    reply_markup?: {
      inline_keyboard?: { text: string }[][];
      keyboard?: { text: string }[][];
      remove_keyboard?: true;
      force_reply?: true;
      selective?: boolean;
    };
  };
}

/** Converts a call to lines of a conversation. `senders` has the sender of each message id. */
export function transcribe(
  { method, body }: SentCall,
  senders: ReadonlyMap<number, string>,
): string[] {
  const text = shownText(body);
  switch (method) {
    case 'sendMessage': {
      const to = senders.get(body.reply_parameters?.message_id ?? 0);
      return [...said(to === undefined ? 'Bot' : `Bot, to ${to}`, text), ...keyboards(body, to)];
    }
    case 'editMessageText':
      return [...said('Bot changes its message', text), ...keyboards(body)];
    case 'editMessageReplyMarkup':
      return ['Bot takes the buttons away.'];
    case 'answerCallbackQuery':
      return text === '' ? [] : said('Bot, in a notice', text);
    case 'getChatAdministrators':
    case 'getChatMember':
      return [];
    default:
      return [`Bot calls ${method}.`];
  }
}

/** Removes the markup of the bot's HTML, which has only bold text and escaped characters. */
function shownText({ text = '', parse_mode }: SentCall['body']): string {
  if (parse_mode !== 'HTML') return text;
  const characters: Record<string, string> = {
    '&lt;': '<',
    '&gt;': '>',
    '&quot;': '"',
    '&#39;': "'",
    '&amp;': '&',
  };
  return text
    .replace(/<[^>]*>/g, '')
    .replace(/&(?:lt|gt|quot|#39|amp);/g, (each) => characters[each] ?? each);
}

function said(who: string, text: string): string[] {
  const [first = '', ...more] = text.split('\n').filter(Boolean);
  return [`${who}: ${first}`, ...more.map((line) => `  ${line}`)];
}

function keyboards({ reply_markup: markup = {} }: SentCall['body'], to = 'everybody'): string[] {
  const whose = markup.selective === true ? `, for ${to} alone` : '';
  const rows = (of: { text: string }[][]) =>
    of.map((row) => `  ${row.map(({ text }) => `[${text}]`).join(' ')}`);
  return [
    ...rows(markup.inline_keyboard ?? []),
    ...(markup.keyboard ? [...rows(markup.keyboard), `  (as a keyboard${whose})`] : []),
    ...(markup.remove_keyboard ? [`  (keyboard removed${whose})`] : []),
    ...(markup.force_reply ? [`  (waits for a reply${whose})`] : []),
  ];
}
