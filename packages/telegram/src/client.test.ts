import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageContext, ok, startClient, token, failureOf } from './bot-api.testkit.js';
import { createTelegramClient, TurnOverError } from './index.js';
import { RetryError } from './errors.js';

describe('the client', () => {
  it('sends the calls of a context', async () => {
    await using test = await startClient(() => ({ result: { message_id: 8 } }));
    const sent = await messageContext(test.telegram).reply('hi');
    expect(sent).toEqual({ message_id: 8 });
    expect(test.api.requests).toMatchObject([
      { method: 'sendMessage', body: { chat_id: 42, text: 'hi' } },
    ]);
  });

  it('rejects the calls of a context once its turn is over', async () => {
    await using test = await startClient();
    test.cancel.abort();
    const error = await failureOf(messageContext(test.telegram).reply('hi'));
    expect(error).toBeInstanceOf(TurnOverError);
    expect(test.api.requests).toEqual([]);
  });

  it('sends calls outside turns until it is closed', async () => {
    await using test = await startClient(() => ({ result: { id: 123456 } }));
    expect(await test.client.telegram.getMe()).toEqual({ id: 123456 });
    test.client.close();
    expect(await failureOf(test.client.telegram.getMe())).toBeInstanceOf(TurnOverError);
    expect(test.api.methods()).toEqual(['getMe']);
  });

  it('reuses connections for the calls of different turns', async () => {
    await using test = await startClient();
    for (const user of [1, 2, 3, 4, 5, 6]) {
      await test.client.forTurn(test.turn).sendMessage(user, 'hi');
    }
    // undici releases a connection one event loop iteration after the response, so two of them alternate.
    const connections = new Set(test.api.requests.map(({ connection }) => connection));
    expect(connections.size).toBeLessThan(3);
  });

  it('uploads files', async () => {
    await using test = await startClient();
    await test.telegram.sendDocument(42, { source: Buffer.from('content'), filename: 'a.txt' });
    expect(test.api.requests[0]?.files.get('document')?.name).toBe('a.txt');
  });

  it('sends the other fields of an upload, and does not upload the page of a link preview', async () => {
    await using test = await startClient();
    const reply_parameters = { message_id: 7 };
    const caption_entities = [{ type: 'bold' as const, offset: 0, length: 1 }];
    const photo = { source: Buffer.from('content') };
    await test.telegram.sendPhoto(42, photo, { reply_parameters, caption_entities });
    const form = test.api.requests[0]?.body;
    expect(form?.['reply_parameters']).toBe('{"message_id":7}');
    expect(form?.['caption_entities']).toMatch(/^\[\{"type":"bold"/);
    const link_preview_options = { url: test.api.url };
    await test.telegram.sendMessage(42, 'hi', { link_preview_options });
    expect(test.api.requests).toHaveLength(2);
    expect(test.api.requests[1]?.body).toMatchObject({ link_preview_options });
  });

  it('keeps the path prefix of an API server', async () => {
    const paths: string[] = [];
    await using test = await startClient();
    const client = createTelegramClient({ token, apiRoot: `${test.api.url}/deep/prefix` });
    const link = await client.telegram.getFileLink({
      file_id: 'f',
      file_unique_id: 'u',
      file_path: 'photos/1.jpg',
    });
    paths.push(link.pathname);
    client.close();
    expect(paths).toEqual([`/deep/prefix/file/bot${token}/photos/1.jpg`]);
  });

  it.each(['', 'api.telegram.org', 'ftp://x'])('rejects the API server "%s"', (apiRoot) => {
    expect(() => createTelegramClient({ token, apiRoot })).toThrow('apiRoot must be an http: or');
  });
});

describe('time limits', () => {
  it('abort a call without a response, which is not sent twice', async () => {
    await using test = await startClient(() => 'hang', { callTimeoutMs: 30 });
    const error = await failureOf(test.telegram.sendMessage(42, 'hi'));
    expect(error).toBeInstanceOf(RetryError);
    expect(error).toMatchObject({ maybeSent: true, description: 'no response within 30 ms' });
    expect(test.api.requests.length).toBeLessThan(2);
  });

  it('are longer for uploads and getFile', async () => {
    const slowly = () => sleep(60).then(() => ok);
    await using test = await startClient(slowly, { callTimeoutMs: 20, attempts: 1 });
    await test.telegram.sendPhoto(42, { source: Buffer.from('x') });
    await test.telegram.getFile('file');
    await expect(test.telegram.getChat(42)).rejects.toThrow('no response within 20 ms');
  });

  it('abort an upload whose URL does not respond', async () => {
    const attachments = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(attachments, 'listening');
    const { port } = attachments.address() as AddressInfo;
    await using test = await startClient(undefined, { uploadTimeoutMs: 30 });
    const upload = test.telegram.sendPhoto(42, { url: `http://127.0.0.1:${port}/photo.jpg` });
    await expect(upload).rejects.toThrow('could not be read: no bytes within 30 ms');
    attachments.close();
    attachments.closeAllConnections();
    expect(test.api.requests).toEqual([]);
  });
});
