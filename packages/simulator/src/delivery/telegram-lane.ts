type Field = Record<string, unknown>;

/** The queue that Telegram delivers an update from, and for how long it retries. */
export interface TelegramLane {
  /** At most one request per lane is in flight. An id, with an offset that separates kinds: `42`, `42+3`. */
  lane: string;
  /** An update that is not delivered within this time (Telegram's) is dropped. */
  lifeMs: number;
}

const second = 1_000;
const dayMs = 24 * 60 * 60 * second;
let lastOwnLane = 0;

/**
 * The lane and lifetime per kind, as in Telegram's server (tdlib/telegram-bot-api, Client::add_update_impl). These are
 * Telegram's lanes, not Chatlane's: a button press is in its user's lane and may overtake messages of the chat. Kinds
 * newer than Bot API 10.0 (subscription, stopped_message_generation) are a guess; an unknown kind gets a lane of its
 * own.
 */
export function telegramLane(kind: string, payload: unknown): TelegramLane {
  const body = asField(payload);
  const chat = idIn(body['chat']);
  switch (kind) {
    case 'message':
    case 'edited_message':
    case 'channel_post':
    case 'edited_channel_post':
      return { lane: chat, lifeMs: dayMs };
    case 'inline_query':
      return { lane: `${idIn(body['from'])}+1`, lifeMs: 30 * second };
    case 'chosen_inline_result':
      return { lane: `${idIn(body['from'])}+2`, lifeMs: 600 * second };
    case 'callback_query':
      return { lane: `${idIn(body['from'])}+3`, lifeMs: 150 * second };
    case 'shipping_query':
    case 'pre_checkout_query':
      return { lane: `${idIn(body['from'])}+4`, lifeMs: 150 * second };
    case 'my_chat_member':
      return { lane: `${chat}+5`, lifeMs: dayMs };
    case 'chat_member':
      return { lane: `${idIn(asField(body['new_chat_member'])['user'])}+6`, lifeMs: dayMs };
    case 'chat_join_request':
      return { lane: `${idIn(body['from'])}+6`, lifeMs: dayMs };
    case 'chat_boost':
    case 'removed_chat_boost':
      return { lane: `${chat}+7`, lifeMs: dayMs };
    case 'message_reaction':
      return { lane: `${chat}+8`, lifeMs: dayMs };
    case 'message_reaction_count':
      return { lane: `${chat}+9`, lifeMs: dayMs };
    case 'business_connection':
      return { lane: `${idIn(body['user'])}+10`, lifeMs: dayMs };
    case 'business_message':
    case 'edited_business_message':
    case 'deleted_business_messages':
      return { lane: `${chat}+11`, lifeMs: dayMs };
    case 'guest_message':
      return { lane: `${chat}+12`, lifeMs: dayMs };
    case 'purchased_paid_media':
      return { lane: `${idIn(body['from'])}+12`, lifeMs: dayMs };
    case 'managed_bot':
      return { lane: `${idIn(body['user'])}+13`, lifeMs: dayMs };
    case 'subscription':
      return { lane: `${idIn(body['user'])}+14`, lifeMs: dayMs };
    case 'stopped_message_generation':
      return { lane: `${chat}+15`, lifeMs: dayMs };
    case 'poll':
      return { lane: `poll:${text(body['id'])}`, lifeMs: dayMs };
    case 'poll_answer':
      return { lane: `poll:${text(body['poll_id'])}`, lifeMs: dayMs };
    default:
      lastOwnLane += 1;
      return { lane: `own:${lastOwnLane}`, lifeMs: dayMs };
  }
}

function asField(value: unknown): Field {
  return typeof value === 'object' && value !== null ? (value as Field) : {};
}

function idIn(value: unknown): string {
  return text(asField(value)['id']);
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '0';
}
