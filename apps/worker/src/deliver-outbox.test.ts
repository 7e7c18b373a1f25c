import { createOutboxDelivery } from './deliver-outbox.js';

const taken: unknown[] = [];
const deliver = createOutboxDelivery({
  downloads: { add: (kind, request) => Promise.resolve(void taken.push([kind, request])) },
  intake: {
    pushInternal(...event) {
      taken.push(event);
      return Promise.resolve('stored');
    },
  },
});

beforeEach(() => void taken.splice(0));

it('takes downloads and what is to be forgotten to their queue, as they are', async () => {
  await deliver({ id: '1.1', kind: 'download', lane: 'c:1', json: '{"id":"1.1"}' });
  await deliver({ id: '1.2', kind: 'forget', lane: 'c:1', json: '{"id":"1.2"}' });
  expect(taken).toEqual([
    ['download', '{"id":"1.1"}'],
    ['forget', '{"id":"1.2"}'],
  ]);
});

it('puts an event into the lane that it is for, under the id of its entry', async () => {
  const event = { lane: 'c:42', sessionUser: '42', kind: 'poll_answer', payload: { poll_id: 'p' } };
  await deliver({ id: '1.1', kind: 'event', lane: 'p:p', json: JSON.stringify(event) });
  const { lane, sessionUser, ...rest } = event;
  expect(taken).toEqual([[{ type: 'internal', id: '1.1', ...rest }, lane, sessionUser]]);
});

it('leaves what it does not know or cannot read, and quotes nothing of it', async () => {
  const entry = { id: '1.1', lane: 'c:1', json: '{"name":"my secret' };
  await expect(deliver({ ...entry, kind: 'mail' })).rejects.toThrow('the kind mail, such as 1.1');
  const broken = deliver({ ...entry, kind: 'download' });
  await expect(broken).rejects.toThrow('The outbox entry 1.1 of the kind download is no JSON.');
  const nowhere = deliver({ ...entry, kind: 'event', json: '{"kind":"poll_answer"}' });
  await expect(nowhere).rejects.toThrow('The outbox entry 1.1 of the kind event names no lane');
  expect(taken).toEqual([]);
});
