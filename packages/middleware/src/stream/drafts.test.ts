import { until } from '@chatlane/testing';
import { failed, openStreams, type MadeCall, type StreamingContext } from './stream.testkit.js';

const auto = { draft: 'auto' } as const;
const isDraft = ({ method }: MadeCall): boolean => method === 'sendMessageDraft';

/** Streams "Once", waits until that is shown, and ends with "Once upon a time". */
async function streamOnce(ctx: StreamingContext, calls: readonly MadeCall[]): Promise<void> {
  const stream = ctx.stream({}, auto);
  stream.write('Once');
  await until(() => calls.some(({ payload }) => payload['text'] === 'Once'));
  await stream.end('Once upon a time');
}

describe('an answer that is streamed as a draft', () => {
  it('starts as a placeholder, grows, and becomes one message', async () => {
    const chat = openStreams((ctx) => streamOnce(ctx, chat.calls));
    await chat.say();
    expect(chat.calls.map(({ method, payload }) => [method, payload['text']])).toEqual([
      ['sendMessageDraft', 'Once'],
      ['sendMessage', 'Once upon a time'],
    ]);
    const [{ payload, options }] = chat.calls as [MadeCall];
    expect(payload['draft_id']).toBeGreaterThan(0);
    expect(options).toMatchObject({ priority: 'progress', delivery: 'untracked' });
  });

  it('shows its placeholder until something was written', async () => {
    const chat = openStreams(async (ctx) => {
      const stream = ctx.stream({ parse_mode: 'MarkdownV2' }, { ...auto, placeholder: 'Hm...' });
      await until(() => chat.calls.length > 0);
      await stream.end();
    });
    await chat.say();
    // Nothing was written, so there is no message.
    expect(chat.calls.map(({ method, payload }) => [method, payload['text']])).toEqual([
      ['sendMessageDraft', 'Hm...'],
    ]);
    expect(chat.calls[0]!.payload).not.toHaveProperty('parse_mode');
  });

  it('is the same draft on every attempt of the turn, and another in other turns and streams', async () => {
    const ids = async (eventId: string): Promise<unknown[]> => {
      const chat = openStreams(async (ctx) => {
        for (let nth = 1; nth <= 2; nth += 1) {
          ctx.stream({}, auto).write(`answer ${nth}`);
          await until(() => chat.texts('sendMessageDraft').length === nth);
        }
      });
      await chat.say({ eventId });
      return chat.calls.filter(isDraft).map(({ payload }) => payload['draft_id']);
    };
    const [first, again, next] = [await ids('7'), await ids('7'), await ids('8')];
    expect(again).toEqual(first);
    expect(new Set([...first, ...next]).size).toBe(4);
  });

  it('becomes an edited message where Telegram refuses drafts', async () => {
    const chat = openStreams(
      async (ctx) => {
        const stream = ctx.stream({}, auto);
        stream.write('Once');
        await until(() => chat.texts('editMessageText').length === 1);
        await stream.end('Once upon a time');
      },
      (call) => (isDraft(call) ? failed(400, 'Bad Request: TEXTDRAFT_PEER_INVALID') : undefined),
    );
    await chat.say();
    expect(chat.calls.map(({ method, payload }) => [method, payload['text']])).toEqual([
      ['sendMessageDraft', 'Once'],
      ['sendMessage', '…'],
      ['editMessageText', 'Once'],
      ['editMessageText', 'Once upon a time'],
    ]);
  });

  it('makes no calls during a penalty, and sends its message afterwards', async () => {
    let isOn = true;
    const chat = openStreams(
      async (ctx) => {
        ctx.stream({}, auto).write('Once');
        await until(() => chat.calls.length === 1);
      },
      () => (isOn ? failed(429, 'Too Many Requests', 137_000) : undefined),
    );
    await chat.say();
    expect(chat.calls).toHaveLength(1);
    isOn = false;
    await chat.runStaged();
    expect(chat.calls.slice(1)).toMatchObject([
      { method: 'sendMessage', payload: { chat_id: 42, text: 'Once' } },
    ]);
  });
});
