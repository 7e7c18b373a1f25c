import { until } from '@chatlane/testing';
import { bold, fmt } from 'telegraf/format';
import { failed, openStreams } from './stream.testkit.js';

const shown = (calls: readonly { method: string }[], count: number) =>
  until(() => calls.filter(({ method }) => method === 'editMessageText').length >= count);

describe('the markup of a streamed answer', () => {
  const broken = failed(400, "Bad Request: can't parse entities: Can't find end tag");
  const isHalf = (text: unknown) => /<b>[^<]*$/.test(String(text));

  it('is left out once Telegram cannot parse a state, and is back in the final text', async () => {
    const chat = openStreams(
      async (ctx) => {
        const stream = ctx.stream({ parse_mode: 'HTML' });
        stream.write('a <b>b');
        await shown(chat.calls, 2);
        await stream.end('a <b>b</b>');
      },
      ({ payload }) => (payload['parse_mode'] && isHalf(payload['text']) ? broken : undefined),
    );
    await chat.say();
    const edits = chat.calls.filter(({ method }) => method === 'editMessageText');
    expect(edits.map(({ payload: { text, parse_mode } }) => [text, parse_mode])).toEqual([
      ['a <b>b', 'HTML'],
      ['a <b>b', undefined],
      ['a <b>b</b>', 'HTML'],
    ]);
    expect(chat.counted).toEqual(['progress-failed']);
  });

  it('is sent as plain text if it is broken in the final text', async () => {
    const chat = openStreams(
      (ctx) => ctx.stream({ parse_mode: 'HTML' }).end('a <b>b'),
      ({ payload }) => (payload['parse_mode'] && isHalf(payload['text']) ? broken : undefined),
    );
    await chat.say();
    expect(chat.calls.at(-1)!.payload).toEqual({ chat_id: 42, message_id: 100, text: 'a <b>b' });
    expect(chat.counted).toEqual(['stream-markup-refused']);
  });

  it('may consist of entities, which are never broken', async () => {
    const chat = openStreams((ctx) => ctx.stream().end(fmt`Hello, ${bold('Ann')}`));
    await chat.say();
    expect(chat.calls.at(-1)!.payload).toMatchObject({
      text: 'Hello, Ann',
      entities: [{ type: 'bold', offset: 7, length: 3 }],
    });
  });
});
