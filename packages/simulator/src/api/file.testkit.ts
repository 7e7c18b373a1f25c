import { createHash } from 'node:crypto';
import { token, type TestSimulator } from '../simulator.testkit.js';

/** The fields of a Bot API `File` that the tests read. */
export interface FileAnswer {
  file_id: string;
  file_path: string;
  file_size: number;
}

/** Has a user send a generated file. Returns its file_id. */
export async function sendGenerated(playground: TestSimulator, file: object): Promise<string> {
  const sent = { chat_id: 1, from_id: 1, kind: 'document', ...file };
  const { message } = await playground.post<{ message: { document: FileAnswer } }>('files', sent);
  return message.document.file_id;
}

/** The download path that getFile returns. */
export async function pathOf(playground: TestSimulator, file_id: string): Promise<string> {
  return ((await playground.api('getFile', { file_id })).result as FileAnswer).file_path;
}

export function download(
  playground: TestSimulator,
  path: string,
  init: RequestInit = {},
): Promise<Response> {
  return fetch(`${playground.url}/file/bot${token}/${path}`, { redirect: 'manual', ...init });
}

/** Reads the body to its end. */
export async function hashOf(response: Response): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) {
    hash.update(piece);
    bytes += piece.length;
  }
  return { sha256: hash.digest('hex'), bytes };
}
