import { setTimeout as sleep } from 'node:timers/promises';
import {
  messageContext,
  ok,
  startClient,
  startBotApi,
  token,
  failureOf,
} from './bot-api.testkit.js';
import { createTelegramClient, TurnOverError } from './index.js';
import { RetryError } from './errors.js';

describe('the road', () => {
  it('carries what a context sends', async () => {
    await using test = await startClient(() => ({ result: { message_id: 8 } }));
    const sent = await messageContext(test.telegram).reply('hi');
    expect(sent).toEqual({ message_id: 8 });
    expect(test.api.requests).toMatchObject([
      { method: 'sendMessage', body: { chat_id: 42, text: 'hi' } },
    ]);
  });

  it('stops what a context sends once its turn is over', async () => {
    await using test = await startClient();
    test.cancel.abort();
    const error = await failureOf(messageContext(test.telegram).reply('hi'));
    expect(error).toBeInstanceOf(TurnOverError);
    expect(test.api.requests).toEqual([]);
  });

  it('carries calls outside turns, and none after it was closed', async () => {
    await using test = await startClient(() => ({ result: { id: 123456 } }));
    expect(await test.client.telegram.getMe()).toEqual({ id: 123456 });
    test.client.close();
    expect(await failureOf(test.client.telegram.getMe())).toBeInstanceOf(TurnOverError);
    expect(test.api.methods()).toEqual(['getMe']);
  });

  it('keeps its connections open between the calls of different turns', async () => {
    await using test = await startClient();
    for (const user of [1, 2, 3, 4, 5, 6]) {
      await test.client.forTurn(test.turn).sendMessage(user, 'hi');
    }
    // undici gives a connection back one turn of the event loop after the answer, so that two take turns.
    const connections = new Set(test.api.requests.map(({ connection }) => connection));
    expect(connections.size).toBeLessThan(3);
  });

  it('uploads files', async () => {
    await using test = await startClient();
    await test.telegram.sendDocument(42, { source: Buffer.from('content'), filename: 'a.txt' });
    expect(test.api.requests[0]?.body['multipart']).toContain('filename="a.txt"');
  });

  it('sends what belongs to an upload along, and uploads no page that a preview is of', async () => {
    await using test = await startClient();
    const reply_parameters = { message_id: 7 };
    const caption_entities = [{ type: 'bold' as const, offset: 0, length: 1 }];
    const photo = { source: Buffer.from('content') };
    await test.telegram.sendPhoto(42, photo, { reply_parameters, caption_entities });
    const form = test.api.requests[0]?.body['multipart'];
    expect(form).toMatch(/name="reply_parameters"\s+\{"message_id":7\}/);
    expect(form).toMatch(/name="caption_entities"\s+\[\{"type":"bold"/);
    const link_preview_options = { url: test.api.url };
    await test.telegram.sendMessage(42, 'hi', { link_preview_options });
    expect(test.api.requests).toHaveLength(2);
    expect(test.api.requests[1]?.body).toMatchObject({ link_preview_options });
  });

  it('keeps the path of an API server behind a prefix', async () => {
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

  it.each(['', 'api.telegram.org', 'ftp://x'])('refuses the API server "%s"', (apiRoot) => {
    expect(() => createTelegramClient({ token, apiRoot })).toThrow('apiRoot must be an http: or');
  });
});

describe('time limits', () => {
  it('gives a call up that is not answered, without sending it twice', async () => {
    await using test = await startClient(() => 'hang', { callTimeoutMs: 30 });
    const error = await failureOf(test.telegram.sendMessage(42, 'hi'));
    expect(error).toBeInstanceOf(RetryError);
    expect(error).toMatchObject({ maybeSent: true, description: 'no answer within 30 ms' });
    expect(test.api.requests.length).toBeLessThan(2);
  });

  it('gives uploads and getFile more time', async () => {
    const slowly = () => sleep(60).then(() => ok);
    await using test = await startClient(slowly, { callTimeoutMs: 20, attempts: 1 });
    await test.telegram.sendPhoto(42, { source: Buffer.from('x') });
    await test.telegram.getFile('file');
    await expect(test.telegram.getChat(42)).rejects.toThrow('no answer within 20 ms');
  });

  it('gives up on an attachment that does not come from its own address', async () => {
    const attachments = await startBotApi(() => 'hang');
    await using test = await startClient(undefined, { uploadTimeoutMs: 30 });
    const upload = test.telegram.sendPhoto(42, { url: `${attachments.url}/photo.jpg` });
    await expect(upload).rejects.toThrow('could not be read: no bytes within 30 ms');
    await attachments.stop();
    expect(test.api.requests).toEqual([]);
  });
});
