import type { StoredFile } from '@chatlane/contracts';

export const address = {
  lane: 'c:42',
  sessionUser: '42',
  chat: { id: 42, type: 'private' },
  from: { id: 42, is_bot: false, first_name: 'Ann' },
  messageId: 7,
};
/** The common fields of events about files. */
export const event = { request: '101.1', address };
/** A document as in a message. */
export const document = { file_id: 'f', file_unique_id: 'u', file_name: 'a.pdf' };

/** A stored file with this name. */
export function stored(name: string, more: Partial<StoredFile> = {}): StoredFile {
  const { kind = 'document' } = more;
  const ids = { id: `id-${name}`, fileId: `file-${name}` };
  const content = { type: 'text/plain', size: 1536, sha256: 'ab', key: 'ab', storedAt: 0 };
  return { ...ids, ...content, kind, name, ...more };
}
