import type { ApiCall, Priority } from '../interceptor.js';

/** The properties of a call that matter for Telegram's limits. */
export interface Traffic {
  readonly method: string;
  /** The chat or inline message that the call names, if any. */
  readonly chat: string | undefined;
  readonly priority: Priority;
  /** The number of messages that the call adds to its chat; 0 for edits, answers to queries and the like. */
  readonly messages: number;
  readonly isForward: boolean;
  /** Whether the bot pays for exceeding the free bulk rate (`allow_paid_broadcast`). */
  readonly isPaid: boolean;
  /** Whether the chat is a group or a channel, which have limits of their own. */
  readonly isGroup: boolean;
  /** False when the call goes to a chat other than that of its turn. */
  readonly isOfOwnChat: boolean;
  /** The scopes whose pauses block the call, narrowest first. */
  readonly scopes: readonly string[];
}

/** Derives the traffic from a call. */
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
    isPaid: payload['allow_paid_broadcast'] === true,
    isGroup: chatId !== undefined && /^[-@]/.test(chatId),
    isOfOwnChat,
    scopes,
  };
}

function idOf(value: unknown): string | undefined {
  return typeof value === 'number' || typeof value === 'string' ? String(value) : undefined;
}

/** Lanes of chats are named `c:<chat>`, `g:<chat>` or `b:<business connection>:<chat>`. */
function ownChatOf(lane: string | undefined): string | undefined {
  return /^(?:c|g|b:.+):(-?\d+)$/.exec(lane ?? '')?.[1];
}

/** Each item of an album, or of a list of forwarded messages, counts as a message. */
function countMessages(method: string, payload: ApiCall['payload']): number {
  if (!/^(send|forward|copy)[A-Z]/.test(method)) return 0;
  if (method === 'sendChatAction' || method === 'sendMessageDraft') return 0;
  const items = payload['message_ids'] ?? (method === 'sendMediaGroup' ? payload['media'] : []);
  return Array.isArray(items) && items.length > 0 ? items.length : 1;
}
