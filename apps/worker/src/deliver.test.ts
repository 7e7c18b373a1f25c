import { createDeliver } from './deliver.js';

const taken: unknown[] = [];
const deliver = createDeliver({
  add: (kind, request) => Promise.resolve(void taken.push([kind, request])),
});

it('takes downloads and what is to be forgotten to their queue, as they are', async () => {
  await deliver({ id: '1.1', kind: 'download', lane: 'c:1', json: '{"id":"1.1"}' });
  await deliver({ id: '1.2', kind: 'forget', lane: 'c:1', json: '{"id":"1.2"}' });
  expect(taken).toEqual([
    ['download', '{"id":"1.1"}'],
    ['forget', '{"id":"1.2"}'],
  ]);
});

it('leaves what it does not know or cannot read, and quotes nothing of it', async () => {
  const entry = { id: '1.1', lane: 'c:1', json: '{"name":"my secret' };
  await expect(deliver({ ...entry, kind: 'mail' })).rejects.toThrow('the kind mail, such as 1.1');
  const broken = deliver({ ...entry, kind: 'download' });
  await expect(broken).rejects.toThrow('The outbox entry 1.1 of the kind download is no JSON.');
});
