import type { Bot, ChatEntry, InlineQuery, Message, PollVotes, User } from './wire.js';

/** The playground refused the request; the message explains why in a sentence. */
class PlayError extends Error {
  override name = 'PlayError';
}

/** The `/play` API as the page uses it. Calls reject with a message that can be shown to the user. */
export const playApi = {
  users: () => get<User[]>('/play/users'),
  chats: (userId: number) => get<ChatEntry[]>(`/play/chats?user_id=${userId}`),
  messages: (chatId: number) => get<Message[]>(`/play/chats/${chatId}/messages`),
  bot: (chatId: number | undefined) =>
    get<Bot>(chatId === undefined ? '/play/bot' : `/play/bot?chat_id=${chatId}`),

  createUser: (user: { first_name: string; last_name?: string; username?: string }) =>
    post<User>('/play/users', user),
  createGroup: (group: { title: string; member_ids: number[]; admin_ids: number[] }) =>
    post<ChatEntry>('/play/chats', { type: 'group', ...group }),
  upgrade: (group: { chat_id: number; from_id: number }) =>
    post<ChatEntry>('/play/migrations', group),

  sendText: (message: {
    chat_id: number;
    from_id: number;
    text: string;
    reply_to_message_id?: number;
  }) => post<{ message: Message }>('/play/messages', message),
  sendContact: (contact: { chat_id: number; from_id: number }) =>
    post<object>('/play/contacts', contact),
  edit: (edit: { chat_id: number; message_id: number; from_id: number; text: string }) =>
    post<object>('/play/edits', edit),
  press: (press: { chat_id: number; message_id: number; from_id: number; data: string }) =>
    post<{ callback_query_id: string }>('/play/presses', press),
  askInline: (query: { chat_id: number; from_id: number; query: string; offset: string }) =>
    post<InlineQuery>('/play/inline-queries', query),
  chooseInline: (choice: {
    chat_id: number;
    from_id: number;
    inline_query_id: string;
    result_id: string;
    reply_to_message_id?: number;
  }) => post<{ message: Message }>('/play/inline-choices', choice),
  vote: (vote: {
    chat_id: number;
    message_id: number;
    from_id: number;
    option_ids: readonly number[];
  }) => post<object>('/play/votes', vote),
  poll: (id: string) => get<{ votes: PollVotes }>(`/play/polls/${encodeURIComponent(id)}`),
  pin: (pin: { chat_id: number; message_id: number; from_id: number; pinned: boolean }) =>
    post<object>('/play/pins', pin),
  sendFile: (form: FormData) => call<object>('/play/files', { method: 'POST', body: form }),
  /** Sends a file that the playground generates. */
  sendGenerated: (file: object) => post<object>('/play/files', file),

  /** The URL of a file, for images and downloads. */
  fileUrl: (fileId: string) => `/play/files/${encodeURIComponent(fileId)}`,
};

function get<T>(path: string): Promise<T> {
  return call<T>(path, {});
}

function post<T>(path: string, body: object): Promise<T> {
  return call<T>(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function call<T>(path: string, init: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (cause) {
    throw new PlayError('The playground does not answer. Is it still running?', { cause });
  }
  const body = (await response.json().catch(() => ({}))) as { error?: string };
  if (!response.ok)
    throw new PlayError(body.error ?? `The playground answered ${response.status}.`);
  return body as T;
}
