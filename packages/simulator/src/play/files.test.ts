import { startTestSimulator, type TestSimulator } from '../simulator.testkit.js';

let playground: TestSimulator;
beforeAll(async () => {
  playground = await startTestSimulator();
});
afterAll(() => playground.stop());

interface Answer {
  message: Record<string, unknown>;
  error?: string;
}
const send = (file: object) =>
  playground.post<Answer>('files', { chat_id: 1, from_id: 1, kind: 'document', size: 9, ...file });

describe('POST /play/files', () => {
  it.each([
    ['photo', [{ file_size: 90_000, width: 640, height: 480 }]],
    ['document', { file_name: 'generated.bin', mime_type: 'application/octet-stream' }],
    ['video', { mime_type: 'video/mp4', duration: 0 }],
    ['audio', { mime_type: 'audio/mpeg' }],
    ['voice', { mime_type: 'audio/ogg' }],
    ['video_note', { length: 240 }],
    ['animation', { mime_type: 'video/mp4' }],
    ['sticker', { type: 'regular', emoji: '🙂' }],
  ])('sends every kind of file: %s', async (kind, shown) => {
    const { message } = await send({ kind, size: 90_000 });
    expect(message).toMatchObject({ [kind]: shown });
  });

  it('detects a command and other entities in the caption', async () => {
    const { message } = await send({ kind: 'photo', caption: ' /files #house ' });
    expect(message).toMatchObject({
      caption: '/files #house',
      caption_entities: [
        { type: 'bot_command', offset: 0, length: 6 },
        { type: 'hashtag', offset: 7, length: 6 },
      ],
    });
  });

  it('sends a message whose caption can be edited, and nothing else', async () => {
    const { message } = await send({ kind: 'photo', caption: 'sea' });
    const edit = (message_id: unknown, text: string) =>
      playground.post<Answer>('edits', { chat_id: 1, from_id: 1, message_id, text });
    const edited = (await edit(message['message_id'], '#lake')).message;
    expect(edited).toMatchObject({ caption: '#lake', caption_entities: [{ type: 'hashtag' }] });
    expect(edited).not.toHaveProperty('text');
    expect((await edit(message['message_id'], 'x'.repeat(1_025))).error).toBe(
      'text: must be 1024 characters or fewer in a caption',
    );
    const sticker = (await send({ kind: 'sticker' })).message;
    expect((await edit(sticker['message_id'], 'x')).error).toBe(
      `message_id: message ${String(sticker['message_id'])} has no text to edit`,
    );
  });

  it('sends an album as messages that share a media group', async () => {
    const kinds = ['photo', 'video', 'photo'];
    for (const kind of kinds) await send({ chat_id: 2, from_id: 2, kind, media_group_id: '77' });
    const messages = await playground.get<object[]>('chats/2/messages');
    expect(messages).toMatchObject(kinds.map((kind) => ({ [kind]: {}, media_group_id: '77' })));
  });

  it.each([
    [{ kind: 'song' }, 'kind: must be one of document, photo, '],
    [{ kind: 'voice', media_group_id: '7' }, 'media_group_id: a voice cannot be in an album'],
    [{ size: undefined }, 'size: must be the size of a file to generate, unless there is a part'],
    [{ size: 2 ** 31 }, 'size: must be 2097152000 or less'],
  ])('explains what is wrong with %j', async (file, sentence) => {
    expect((await send(file)).error).toContain(sentence);
  });
});
