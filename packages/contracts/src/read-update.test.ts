import fc from 'fast-check';
import { readUpdate, sessionKey } from './index.js';
import { knownKinds } from './kinds.js';

const id = fc.oneof(fc.maxSafeInteger(), fc.integer({ min: 1, max: 9 }));
const person = fc.record({ id });
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('1', '1:1', '~', 'a b', ''),
);

/** The fields that the rules read, each present or absent, valid or any JSON value. */
const payload = fc.record(
  {
    chat: fc.oneof(person, fc.jsonValue()),
    from: fc.oneof(person, fc.jsonValue()),
    user: person,
    sender_chat: person,
    id: fc.oneof(anyText, id),
    poll_id: anyText,
    query_id: anyText,
    business_connection_id: fc.oneof(anyText, fc.jsonValue()),
    message: fc.record({ chat: person, business_connection_id: anyText }, { requiredKeys: [] }),
    text: anyText,
  },
  { requiredKeys: [] },
);
const updateId = fc.nat();
const kind = fc.oneof(fc.constantFrom(...knownKinds), fc.string({ unit: 'binary' }));
const update = fc
  .tuple(updateId, kind, fc.oneof(payload, fc.jsonValue()))
  .map(([update_id, field, value]) => ({ [field]: value, update_id }));

describe('readUpdate', () => {
  it('routes any object with an update_id, and never throws', () => {
    const anything = fc.tuple(
      updateId,
      fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), update),
    );
    fc.assert(
      fc.property(anything, ([update_id, fields]) => {
        const read = readUpdate({ ...fields, update_id });
        expect(read?.updateId).toBe(update_id);
        expect(read?.lane).toMatch(/^[!-~]{1,120}$/);
        expect(read?.kind).toMatch(/^[a-z][a-z0-9_]{0,63}$/);
        expect(read?.sessionUser ?? '').toMatch(/^(-?\d+)?$/);
      }),
      { numRuns: 2_000 },
    );
  });

  it('rejects anything but an object with a valid update_id', () => {
    for (const body of [null, 7, 'x', [], [{ update_id: 1 }], {}, { message: {} }]) {
      expect(readUpdate(body)).toBeUndefined();
    }
    for (const update_id of ['1', 1.5, -1, 2 ** 53, 1e300, NaN, null, true]) {
      expect(readUpdate({ update_id, message: { chat: { id: 5 } } })).toBeUndefined();
    }
  });

  it('does not depend on the order of the fields', () => {
    const reversed = (value: unknown): unknown =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([name, inner]) => [name, reversed(inner)]),
          )
        : value;
    const mixed = fc.tuple(update, update).map(([one, other]) => ({ ...one, ...other }));
    fc.assert(
      fc.property(mixed, (body) => {
        expect(readUpdate(reversed(body))).toEqual(readUpdate(body));
      }),
    );
  });

  it('ignores unknown fields', () => {
    const known = fc.tuple(updateId, fc.constantFrom(...knownKinds), payload, fc.jsonValue());
    fc.assert(
      fc.property(known, ([update_id, field, value, extra]) => {
        const more = { a_new_field: extra, update_id, [field]: { ...value, a_new_field: extra } };
        expect(readUpdate(more)).toEqual(readUpdate({ update_id, [field]: value }));
      }),
    );
  });

  it('prefers an existing payload over one that is null', () => {
    const body = {
      update_id: 3,
      message: null,
      callback_query: { from: { id: 5 }, message: null },
    };
    expect(readUpdate(body)).toMatchObject({ kind: 'callback_query', lane: 'c:5' });
    expect(readUpdate({ update_id: 3, message: null })).toMatchObject({
      kind: 'message',
      lane: 'x:3',
      sessionUser: undefined,
    });
  });

  it("reports the kind `unknown` when the field's name cannot be a label", () => {
    for (const name of ['__proto__', 'Message', '1st', 'a b', 'x'.repeat(65)]) {
      const body: unknown = JSON.parse(`{"update_id":1,"${name}":{"chat":{"id":5}}}`);
      expect(readUpdate(body)).toMatchObject({ kind: 'unknown', lane: 'c:5' });
    }
    expect(readUpdate({ update_id: 1 })).toMatchObject({ kind: 'unknown', lane: 'x:1' });
  });
});

describe('lanes', () => {
  it('separate business chats of different connections, whatever their ids', () => {
    const laneFor = (connection: string) =>
      readUpdate({
        update_id: 1,
        business_message: { business_connection_id: connection, chat: { id: 5 } },
      })?.lane;
    fc.assert(
      fc.property(anyText, anyText, (one, other) => {
        fc.pre(one !== other && one !== '' && other !== '');
        expect(laneFor(one)).not.toBe(laneFor(other));
      }),
    );
    expect(laneFor('\ud800')).not.toBe(laneFor('\ufffd'));
  });

  it('of different kinds never share a name', () => {
    const sorts: Record<string, (text: string, number: number) => object> = {
      chat: (_, n) => ({ message: { chat: { id: n } } }),
      connection: (t) => ({ business_connection: { id: t } }),
      business: (t, n) => ({
        business_message: { business_connection_id: t, chat: { id: n } },
      }),
      guest: (_, n) => ({ guest_message: { chat: { id: n } } }),
      poll: (t) => ({ poll: { id: t } }),
      inline: (_, n) => ({ inline_query: { from: { id: n } } }),
      checkout: (_, n) => ({ pre_checkout_query: { from: { id: n } } }),
      alone: () => ({ custom_event: 1 }),
    };
    fc.assert(
      fc.property(anyText, id, fc.nat(9), (text, number, update_id) => {
        fc.pre(text !== '');
        const names = Object.values(sorts).map(
          (make) => readUpdate({ update_id, ...make(text, number) })?.lane,
        );
        expect(new Set(names).size).toBe(names.length);
      }),
    );
  });

  it('are those of the user for a button press without a message', () => {
    const callback_query = { from: { id: 5 }, message: { from: { id: 99 } } };
    expect(readUpdate({ update_id: 1, callback_query })?.lane).toBe('c:5');
  });
});

describe('session keys', () => {
  it('never belong to two lanes', () => {
    fc.assert(
      fc.property(update, update, (one, other) => {
        const [a, b] = [readUpdate(one), readUpdate(other)];
        fc.pre(a?.sessionUser !== undefined && b?.sessionUser !== undefined && a.lane !== b.lane);
        expect(sessionKey(a.lane, a.sessionUser)).not.toBe(sessionKey(b.lane, b.sessionUser));
      }),
      { numRuns: 2_000 },
    );
    expect(() => sessionKey('b:x', '5:7')).toThrow('sessionUser must not contain a colon.');
  });
});
