import { ada, adaChat, bob, bot, group, message } from './page.testkit.js';
import { reduce } from './reduce.js';
import { initialState, type Action, type State } from './state.js';
import { openMessages, unreadCount, unreadOf, viewerChats } from './selectors.js';

const after = (state: State, ...actions: Action[]): State => actions.reduce(reduce, state);

const looking = after(
  initialState,
  { type: 'users', users: [ada, bob] },
  { type: 'viewer', viewerId: ada.id },
  { type: 'chats', chats: [adaChat, group] },
);
const inChat = after(
  looking,
  { type: 'opened', chatId: ada.id },
  { type: 'historyAsked', chatId: ada.id },
  { type: 'history', chatId: ada.id, messages: [message(1)] },
);
const inGroup = (id: number, from = bot) => message(id, { chat: group.chat, from });
const ids = (state: State) => openMessages(state)?.map((shown) => shown.message_id);

describe('the history', () => {
  it('appends each new message once', () => {
    const state = after(
      inChat,
      { type: 'message', message: message(2) },
      { type: 'message', message: message(2) },
    );
    expect(ids(state)).toEqual([1, 2]);
  });

  it('applies edits and deletions, in the chat list too', () => {
    const edited = after(
      inChat,
      { type: 'message', message: message(2) },
      { type: 'edited', message: message(2, { text: 'new', edit_date: 1 }) },
    );
    expect(openMessages(edited)?.at(-1)?.text).toBe('new');
    expect(viewerChats(edited)[0]?.last_message?.text).toBe('new');
    const deleted = after(edited, { type: 'deleted', chatId: ada.id, messageId: 2 });
    expect(ids(deleted)).toEqual([1]);
    expect(viewerChats(deleted)[0]?.last_message?.message_id).toBe(1);
  });

  it('keeps changes that arrive while a snapshot is being fetched', () => {
    const state = after(
      inChat,
      { type: 'historyAsked', chatId: ada.id },
      { type: 'message', message: message(3) },
      { type: 'edited', message: message(1, { text: 'edited' }) },
      { type: 'deleted', chatId: ada.id, messageId: 2 },
      { type: 'history', chatId: ada.id, messages: [message(1), message(2)] },
    );
    expect(ids(state)).toEqual([1, 3]);
    expect(openMessages(state)?.[0]?.text).toBe('edited');
  });

  it('is undefined, not empty, before its first snapshot', () => {
    const loading = after(
      looking,
      { type: 'opened', chatId: ada.id },
      { type: 'historyAsked', chatId: ada.id },
    );
    expect(openMessages(loading)).toBeUndefined();
    expect(openMessages(after(loading, { type: 'history', chatId: ada.id, messages: [] }))).toEqual(
      [],
    );
  });
});

describe('new messages', () => {
  it('are counted for every member who is not viewing the chat, except the sender', () => {
    const state = after(inChat, { type: 'message', message: inGroup(5, bob) });
    expect(unreadCount(state, group.chat.id)).toBe(1);
    expect(unreadOf(state, bob.id)).toBe(0);
  });

  it('are not counted in the open chat, and opening a chat marks them as read', () => {
    const state = after(
      inChat,
      { type: 'message', message: message(2) },
      { type: 'message', message: inGroup(5) },
    );
    expect(unreadCount(state, ada.id)).toBe(0);
    expect(unreadOf(state, bob.id)).toBe(1);
    const opened = after(state, { type: 'opened', chatId: group.chat.id });
    expect(unreadCount(opened, group.chat.id)).toBe(0);
    expect(unreadOf(opened, bob.id)).toBe(1);
  });

  it("are counted for a user whose private chat is not on the viewer's list", () => {
    const chat = { id: bob.id, type: 'private' as const };
    const state = after(inChat, { type: 'message', message: message(9, { chat }) });
    expect(unreadOf(state, bob.id)).toBe(1);
    expect(viewerChats(state)).toHaveLength(2);
  });

  it('move their chat to the top and end the chat action', () => {
    const typing = after(inChat, {
      type: 'chatAction',
      chatId: group.chat.id,
      action: 'typing',
      untilMs: 5,
    });
    const state = after(typing, { type: 'message', message: inGroup(5) });
    expect(viewerChats(state)[0]?.chat.id).toBe(group.chat.id);
    expect(state.chatActions).toEqual({});
  });
});

describe('a chat action', () => {
  it('expires, unless it has been repeated', () => {
    const chatAction = (untilMs: number): Action => ({
      type: 'chatAction',
      chatId: ada.id,
      action: 'typing',
      untilMs,
    });
    const ended: Action = { type: 'chatActionEnded', chatId: ada.id, untilMs: 5 };
    expect(after(inChat, chatAction(5), ended).chatActions).toEqual({});
    expect(after(inChat, chatAction(5), chatAction(9), ended).chatActions[ada.id]?.untilMs).toBe(9);
  });
});

describe('a draft of the bot', () => {
  const draft = (text: string, untilMs: number): Action => ({
    type: 'botDraft',
    chatId: ada.id,
    draft: { draftId: 7, text, entities: [], untilMs },
  });
  const ended: Action = { type: 'botDraftEnded', chatId: ada.id, untilMs: 5 };

  it('grows, and expires unless it has been updated', () => {
    const grown = after(inChat, draft('Once', 5), draft('Once upon', 9), ended);
    expect(grown.botDrafts[ada.id]?.text).toBe('Once upon');
    expect(after(inChat, draft('Once', 5), ended).botDrafts).toEqual({});
  });

  it('is replaced by the final message', () => {
    const state = after(inChat, draft('Once', 5), { type: 'message', message: message(2) });
    expect(state.botDrafts).toEqual({});
  });
});

describe('a button press', () => {
  const answer = (userId: number, alert = false): Action => ({
    type: 'answer',
    answer: { user_id: userId, callback_query_id: 'q', text: 'Saved', show_alert: alert },
  });
  const pressed: Action = { type: 'pressed', key: 'k' };
  const sent: Action = { type: 'pressSent', key: 'k', queryId: 'q' };

  it('waits for its answer, whether the answer or the confirmation arrives first', () => {
    expect(after(inChat, pressed, sent).presses).toHaveLength(1);
    expect(after(inChat, pressed, sent, answer(ada.id)).presses).toEqual([]);
    expect(after(inChat, pressed, answer(ada.id), sent).presses).toEqual([]);
  });

  it('shows its answer as a toast or an alert, and ignores answers to other users', () => {
    expect(after(inChat, answer(ada.id)).notice).toEqual({ kind: 'toast', text: 'Saved' });
    expect(after(inChat, answer(ada.id, true)).notice?.kind).toBe('alert');
    expect(after(inChat, answer(bob.id)).notice).toBeUndefined();
  });
});

describe('switching the user', () => {
  it('leaves the open chat and always lists the one with the bot', () => {
    const state = after(inChat, { type: 'viewer', viewerId: bob.id }, { type: 'chats', chats: [] });
    expect(state.openChatId).toBeUndefined();
    expect(viewerChats(state).map(({ chat }) => chat.id)).toEqual([bob.id]);
  });
});
