import { TelegramError } from 'telegraf';
import { message, openTurns } from '../guards/chat.testkit.js';
import { editOrSend } from './edit-or-send.js';

function openTurn() {
  const { telegram, context } = openTurns();
  telegram.answers.set('sendMessage', { message_id: 7, chat: { id: 42 } });
  const refuse = (description: string) =>
    telegram.answers.set('editMessageText', new TelegramError({ error_code: 400, description }));
  const ctx = context(message());
  const calls = () =>
    telegram.calls.splice(0).map(({ method, payload }) =>
      [method, payload['chat_id'], payload['message_id'], payload['text']]
        .filter((each) => each !== undefined)
        .map((each) => JSON.stringify(each))
        .join(' '),
    );
  return { ctx, refuse, calls };
}

describe('editOrSend', () => {
  it('sends a message, and edits it from then on', async () => {
    const { ctx, calls } = openTurn();
    const ref = await editOrSend(ctx, undefined, 'Waiting');
    expect(ref).toEqual({ chat: 42, message: 7 });
    expect(await editOrSend(ctx, ref, 'Done')).toEqual(ref);
    expect(calls()).toEqual(['"sendMessage" 42 "Waiting"', '"editMessageText" 42 7 "Done"']);
  });

  it.each(['message to edit not found', 'group chat was upgraded to a supergroup chat'])(
    'sends another message after "%s"',
    async (description) => {
      const { ctx, refuse, calls } = openTurn();
      refuse(`Bad Request: ${description}`);
      await editOrSend(ctx, { chat: 42, message: 3 }, 'Done');
      expect(await editOrSend(ctx, { chat: 99, message: 3 }, 'Done')).toMatchObject({ message: 7 });
      expect(calls()).toEqual([
        '"editMessageText" 42 3 "Done"',
        '"sendMessage" 42 "Done"',
        '"editMessageText" 99 3 "Done"',
        '"sendMessage" 99 "Done"',
      ]);
    },
  );

  it('fails when Telegram refuses the text', async () => {
    const { ctx, refuse } = openTurn();
    refuse("Bad Request: can't parse entities");
    await expect(editOrSend(ctx, { chat: 42, message: 3 }, '<b')).rejects.toThrow('parse entities');
  });
});
