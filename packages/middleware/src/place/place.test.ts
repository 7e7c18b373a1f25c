import { readFileSync } from 'node:fs';
import { readUpdate } from '@chatlane/contracts';
import fc from 'fast-check';
import { ann, openTurns } from '../guards/chat.testkit.js';
import { placeOf } from './place.js';

interface Line {
  kind: string;
  note: string;
  lane: string;
  update: Record<string, unknown>;
}

const file = new URL('../../../contracts/test/updates.jsonl', import.meta.url);
const corpus = readFileSync(file, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Line);

/** Parameters without which an answer would be sent elsewhere. */
const placeParameters = ['business_connection_id', 'direct_messages_topic_id', 'guest_query_id'];

describe('an answer to any update of the corpus', () => {
  it.each(
    corpus
      // Telegram does not name the chat of a button on a message that was sent inline.
      .filter(({ lane, update }) => /^[cg]:|^b:.*:/.test(lane) && !isInlineButton(update))
      .map((line) => [line.kind, line.note, line] as const),
  )('goes to the chat of its lane: %s, %s', async (_kind, _note, { lane, update }) => {
    const turns = openTurns();
    const ctx = turns.context(update, { lane });
    const [, connection, chat] = /^[cgb]:(?:(.+):)?(-?\d+)$/.exec(lane)!;
    expect(String(ctx.chat?.id)).toBe(chat);
    await ctx.reply('hello');
    const [{ method, payload } = { method: '', payload: {} }] = turns.telegram.calls;
    const named = placeParameters.filter((name) => payload[name] !== undefined);
    if (connection !== undefined) {
      expect([method, payload]).toMatchObject([
        'sendMessage',
        { business_connection_id: connection },
      ]);
    } else if (lane.startsWith('g:'))
      expect([method, named]).toEqual(['answerGuestQuery', ['guest_query_id']]);
    else if (JSON.stringify(update).includes('direct_messages_topic"')) {
      expect([method, named]).toEqual(['sendMessage', ['direct_messages_topic_id']]);
    } else expect([method, named]).toEqual(['sendMessage', []]);
  });
});

function isInlineButton({ callback_query: query }: Line['update']): boolean {
  return query !== undefined && !(query as { message?: object | null }).message;
}

const id = fc.oneof(fc.integer({ min: -9, max: 9 }), fc.jsonValue());
const entity = fc.oneof(
  fc.record({ id, type: fc.constantFrom('private', 'group') }),
  fc.jsonValue(),
);
const payload = fc.oneof(
  fc.jsonValue(),
  fc.record(
    {
      chat: entity,
      from: entity,
      user: entity,
      message: fc.oneof(
        fc.record({ chat: entity, from: entity }, { requiredKeys: [] }),
        fc.jsonValue(),
      ),
      business_connection_id: fc.jsonValue(),
      direct_messages_topic: fc.jsonValue(),
      ephemeral_message_id: fc.jsonValue(),
    },
    { requiredKeys: [] },
  ),
);

describe('the place of an update', () => {
  it('has a chat with a valid id, or is undefined, whatever Telegram sends', () => {
    const kinds = [...new Set(corpus.map(({ kind }) => kind)), 'kind_of_the_future'];
    fc.assert(
      fc.property(fc.constantFrom(...kinds), payload, (kind, content) => {
        const update = { update_id: 1, [kind]: content };
        expect(readUpdate(update)).toBeDefined();
        const ctx = openTurns().context(update);
        expect(Number.isSafeInteger(placeOf(ctx)?.chat.id ?? 1)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('does not affect calls without a chat', async () => {
    const turns = openTurns();
    const business_message = { message_id: 1, date: 1, chat: { type: 'private' }, from: ann };
    const ctx = turns.context({
      business_message: { ...business_message, business_connection_id: 'c' },
    });
    await ctx.telegram.setMyName('Lane');
    expect(turns.telegram.calls).toMatchObject([{ method: 'setMyName' }]);
  });
});
