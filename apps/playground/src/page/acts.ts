import { formsOf, type FileKind, type GeneratedFile } from './attachments.js';
import { safeLink } from './entities.js';
import { formatRoute } from './route.js';
import { createInlineActs } from './inline-acts.js';
import { playApi } from './play-api.js';
import type { Store } from './store.js';
import type { CallbackAnswer, Message, User } from './wire.js';

/** Telegram's apps stop waiting for the answer to a button press after about this time. */
const pressMs = 15_000;

/** Everything a user can do on the page. Failures are shown as a notice; `false` means that the action failed. */
export type Acts = ReturnType<typeof createActs>;

export function createActs(store: Store) {
  const { dispatch } = store;

  async function attempt(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      dispatch({ type: 'notice', notice: { kind: 'error', text: (error as Error).message } });
      return false;
    }
  }

  /** The open chat and the current user. The page shows no input without both. */
  function here(): { chat_id: number; from_id: number } {
    const { openChatId, viewerId } = store.state();
    if (openChatId === undefined || viewerId === undefined) throw new Error('Open a chat first.');
    return { chat_id: openChatId, from_id: viewerId };
  }

  function goTo(viewerId: number, chatId: number | undefined): void {
    location.hash = formatRoute(viewerId, chatId);
  }

  return {
    dispatch,
    ...createInlineActs(store, { attempt, here, goTo }),

    openChat(chatId: number | undefined): void {
      const { viewerId } = store.state();
      if (viewerId !== undefined) goTo(viewerId, chatId);
    },

    switchUser(userId: number): void {
      goTo(userId, userId);
    },

    createUser: (user: { first_name: string; last_name?: string; username?: string }) =>
      attempt(async () => {
        const created: User = await playApi.createUser(user);
        dispatch({ type: 'user', user: created });
        goTo(created.id, created.id);
      }),

    createGroup: (title: string, memberIds: number[], adminIds: number[]) =>
      attempt(async () => {
        const entry = await playApi.createGroup({
          title,
          member_ids: memberIds,
          admin_ids: adminIds,
        });
        dispatch({ type: 'chat', entry });
        goTo(here().from_id, entry.chat.id);
      }),

    upgradeGroup: () => attempt(() => playApi.upgrade(here())),

    sendText: (text: string, replyTo?: Message) =>
      attempt(async () => {
        const reply = replyTo ? { reply_to_message_id: replyTo.message_id } : {};
        const { message } = await playApi.sendText({ ...here(), text, ...reply });
        dispatch({ type: 'message', message });
      }),

    sendContact: () => attempt(() => playApi.sendContact(here())),

    sendFiles: (files: readonly File[], kind: FileKind, caption: string) =>
      attempt(async () => {
        for (const form of formsOf(files, { kind, caption, place: here() })) {
          await playApi.sendFile(form);
        }
      }),

    sendGenerated: (file: GeneratedFile) =>
      attempt(() => playApi.sendGenerated({ ...here(), kind: 'document', ...file })),

    edit: (message: Message, text: string) =>
      attempt(() => playApi.edit({ ...here(), message_id: message.message_id, text })),

    async press(message: Message, key: string, data: string): Promise<void> {
      if (store.state().presses.some((press) => press.key === key)) return;
      dispatch({ type: 'pressed', key });
      setTimeout(() => dispatch({ type: 'pressEnded', key }), pressMs);
      const sent = await attempt(async () => {
        const press = { ...here(), message_id: message.message_id, data };
        const { callback_query_id: queryId } = await playApi.press(press);
        dispatch({ type: 'pressSent', key, queryId });
      });
      if (!sent) dispatch({ type: 'pressEnded', key });
    },

    answer(answer: CallbackAnswer): void {
      dispatch({ type: 'answer', answer });
      const link = answer.url && safeLink(answer.url);
      if (link && answer.user_id === store.state().viewerId)
        window.open(link, '_blank', 'noopener');
    },

    async copy(text: string): Promise<void> {
      const done = await attempt(() => navigator.clipboard.writeText(text));
      if (done) dispatch({ type: 'notice', notice: { kind: 'toast', text: 'Copied' } });
    },

    toast(text: string): void {
      dispatch({ type: 'notice', notice: { kind: 'toast', text } });
    },
  };
}
