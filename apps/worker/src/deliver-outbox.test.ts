import { createOutboxDelivery } from './deliver-outbox.js';

const delivered: unknown[] = [];
const deliver = createOutboxDelivery({
  downloads: { add: (kind, request) => Promise.resolve(void delivered.push([kind, request])) },
  intake: {
    pushInternal(...event) {
      delivered.push(event);
      return Promise.resolve('stored');
    },
  },
  later: {
    add: (event) => Promise.resolve(void delivered.push(['later', event])),
    remove: (id) => Promise.resolve(void delivered.push(['removed', id])),
  },
});

beforeEach(() => void delivered.splice(0));

describe('outbox delivery', () => {
  it('adds downloads and forget requests to their queue unchanged', async () => {
    await deliver({ id: '1.1', kind: 'download', lane: 'c:1', json: '{"id":"1.1"}' });
    await deliver({ id: '1.2', kind: 'forget', lane: 'c:1', json: '{"id":"1.2"}' });
    expect(delivered).toEqual([
      ['download', '{"id":"1.1"}'],
      ['forget', '{"id":"1.2"}'],
    ]);
  });

  it('pushes an event to its target lane, with the id of its entry', async () => {
    const event = {
      lane: 'c:42',
      sessionUser: '42',
      kind: 'poll_answer',
      payload: { poll_id: 'p' },
    };
    await deliver({ id: '1.1', kind: 'event', lane: 'p:p', json: JSON.stringify(event) });
    const { lane, sessionUser, ...rest } = event;
    expect(delivered).toEqual([[{ type: 'internal', id: '1.1', ...rest }, lane, sessionUser]]);
  });

  it('stores events that are not due yet, and removes cancelled ones', async () => {
    await deliver({ id: '1.1', kind: 'later', lane: 'c:1', json: '{"id":"1.1.x"}' });
    await deliver({ id: '1.2', kind: 'cancel-later', lane: 'c:1', json: '{"id":"1.1.x"}' });
    expect(delivered).toEqual([
      ['later', '{"id":"1.1.x"}'],
      ['removed', '1.1.x'],
    ]);
  });

  it('rejects entries that it does not know or cannot read, without quoting them', async () => {
    const entry = { id: '1.1', lane: 'c:1', json: '{"name":"my secret' };
    await expect(deliver({ ...entry, kind: 'mail' })).rejects.toThrow('the kind mail, such as 1.1');
    const broken = deliver({ ...entry, kind: 'download' });
    await expect(broken).rejects.toThrow(
      'The outbox entry 1.1 of the kind download is not valid JSON.',
    );
    const nowhere = deliver({ ...entry, kind: 'event', json: '{"kind":"poll_answer"}' });
    await expect(nowhere).rejects.toThrow('The outbox entry 1.1 of the kind event has no lane');
    expect(delivered).toEqual([]);
  });
});
