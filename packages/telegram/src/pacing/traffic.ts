import type { ApiCall, Priority } from '../interceptor.js';

/** What a call means for Telegram's limits. */
export interface Traffic {
  readonly method: string;
  /** The chat, or the inline message, that the call names; undefined: it names none. */
  readonly chat: string | undefined;
  readonly priority: Priority;
  /** Messages that the call puts into its chat; 0 for edits, answers and the like. */
  readonly messages: number;
  readonly isForward: boolean;
  /** A group or a channel, which have limits of their own. */
  readonly isGroup: boolean;
  /** False: the call goes to another chat than the one whose turn makes it. */
  readonly isOfOwnChat: boolean;
  /** Scopes whose pause holds the call back, the narrowest first. */
  readonly scopes: readonly string[];
}

export function readTraffic({ method, payload, turn, options }: ApiCall): Traffic {
  const chatId = idOf(payload['chat_id']);
  const chat = chatId ?? idOf(payload['inline_message_id']);
  const own = ownChatOf(turn.lane);
  const isOfOwnChat = chat === undefined || own === undefined || chat === own;
  const replies = turn.lane !== undefined && isOfOwnChat;
  const priority = options.priority ?? (replies ? 'reply' : 'notification');
  const scopes = chat === undefined ? [] : [`chat ${chat}`];
  scopes.push(`method ${method}`);
  if (priority === 'bulk') scopes.push('bulk');
  scopes.push('bot');
  return {
    method,
    chat,
    priority,
    messages: countMessages(method, payload),
    isForward: /^(forward|copy)Message/.test(method),
    isGroup: chatId !== undefined && /^[-@]/.test(chatId),
    isOfOwnChat,
    scopes,
  };
}

function idOf(value: unknown): string | undefined {
  return typeof value === 'number' || typeof value === 'string' ? String(value) : undefined;
}

/** A lane of a chat is `c:<chat>`, `g:<chat>`, or `b:<business connection>:<chat>`. */
function ownChatOf(lane: string | undefined): string | undefined {
  return /^(?:c|g|b:.+):(-?\d+)$/.exec(lane ?? '')?.[1];
}

/** An album, and a list of messages that is forwarded, count each of their items. */
function countMessages(method: string, payload: ApiCall['payload']): number {
  if (!/^(send|forward|copy)[A-Z]/.test(method)) return 0;
  if (method === 'sendChatAction' || method === 'sendMessageDraft') return 0;
  const items = payload['message_ids'] ?? (method === 'sendMediaGroup' ? payload['media'] : []);
  return Array.isArray(items) && items.length > 0 ? items.length : 1;
}
