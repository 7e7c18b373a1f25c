import type { FileFailureReason, FileProcessed, StoredFile } from '@chatlane/contracts';
import { openBotChat, textsOf } from '../../bot-chat.testkit.js';
import { address, document, event, stored } from './files.testkit.js';

describe('a file that is sent in private', () => {
  it.each(['document', 'photo', 'video', 'audio', 'voice', 'video_note', 'sticker', 'animation'])(
    'is requested, whatever its kind: %s',
    async (kind) => {
      await using chat = await openBotChat();
      const file = kind === 'photo' ? [{ ...document, width: 1, height: 1 }] : document;
      expect(await chat.send({ [kind]: file })).toEqual([]);
      expect(await chat.requests()).toMatchObject([
        { kind: 'download', userId: 42, media: { kind } },
      ]);
    },
  );

  it('has a progress message if it is large', async () => {
    await using chat = await openBotChat();
    const large = { ...document, file_size: 9e6 };
    expect(await chat.send({ document: large })).toEqual(['Saving a.pdf: 0%']);
    const messageId = chat.sentId();
    const text = 'Saving a.pdf: {percent}%';
    expect(await chat.requests()).toMatchObject([
      { progress: { messageId, text }, label: { loading: messageId } },
    ]);
    const label = { loading: messageId };
    const calls = await chat.turn({
      file_ready: { ...event, label, files: [stored('a.pdf')], failures: [] },
    });
    expect(calls.map(({ method }) => method)).toEqual(['deleteMessage', 'sendMessage']);
  });

  it.each<[object, string[]]>([
    [{ photo: [document] }, ['thumbnail']],
    [{ document: { ...document, mime_type: 'image/png' } }, ['thumbnail']],
    [{ document: { ...document, mime_type: 'application/pdf' } }, ['text']],
    [{ document: { ...document, mime_type: 'application/pdf', file_size: 9e6 } }, ['text']],
    [{ document }, []],
    [{ video: { ...document, mime_type: 'image/png' } }, []],
    // Each file of an album would get its own preview.
    [{ photo: [document], media_group_id: 'g' }, []],
  ])('is processed if there is a preview for it: %j', async (content, processors) => {
    await using chat = await openBotChat();
    await chat.send(content);
    expect(await chat.requests()).toMatchObject([{ processors }]);
  });

  it('is requested with its caption, for the search', async () => {
    await using chat = await openBotChat();
    await chat.send({ photo: [document], caption: 'our house' });
    expect(await chat.requests()).toMatchObject([
      { media: { kind: 'photo', caption: 'our house' } },
    ]);
  });

  it("is not stored again if it is a result of the bot's own inline search", async () => {
    await using chat = await openBotChat();
    expect(await chat.send({ document, via_bot: chat.me })).toEqual([]);
    expect(await chat.requests()).toEqual([]);
    await chat.send({ document, via_bot: { ...chat.me, id: 7 } });
    expect(await chat.requests()).toHaveLength(1);
  });

  it('is ignored in a group, and in a dialogue', async () => {
    await using chat = await openBotChat();
    await chat.send({ document, chat: { id: -5, type: 'group', title: 'Group' } });
    await chat.say('/register');
    await chat.send({ document });
    expect(await chat.requests()).toEqual([]);
  });
});

describe('the result of a file request', () => {
  it('is a reply to the message with the file, even in a dialogue, which continues', async () => {
    await using chat = await openBotChat();
    await chat.say('/register');
    const ready = { ...event, files: [stored('a.pdf')], failures: [] };
    const [call] = await chat.turn({ file_ready: ready });
    expect(call?.body).toMatchObject({
      chat_id: 42,
      text: 'Saved: a.pdf (1.5 KB)\nFind it with /files, or in any chat: @lane_bot a.pdf',
      reply_parameters: { message_id: 7 },
    });
    expect(await chat.say('Ann')).toEqual(["What's your email address?"]);
  });

  it('does not mention inline search for a video message', async () => {
    await using chat = await openBotChat();
    const files = [stored('video_note.mp4', { kind: 'video_note' })];
    expect(textsOf(await chat.turn({ file_ready: { ...event, files, failures: [] } }))).toEqual([
      'Saved: video_note.mp4 (1.5 KB)\nFind it with /files',
    ]);
  });

  it("is one message for an album, with its failures, in the user's language", async () => {
    await using chat = await openBotChat();
    const from = { ...address.from, language_code: 'de' };
    const mostBytes = 20 * 2 ** 20;
    const failures = [{ id: 'x', fileId: 'x', kind: 'video', reason: 'too-big', mostBytes }];
    const files = [stored('a.jpg'), stored('b.jpg')];
    const update = {
      file_ready: { ...event, address: { ...address, from }, files, failures, mediaGroupId: 'g' },
    };
    expect(textsOf(await chat.turn(update))).toEqual([
      '2 Dateien gespeichert:\n• a.jpg (1,5 KB)\n• b.jpg (1,5 KB)\n' +
        'Ich konnte dein Video nicht speichern: Die Datei ist zu groß (ich nehme höchstens 20 MB).',
    ]);
  });

  it('names a failed file on one line, whatever its name', async () => {
    await using chat = await openBotChat();
    const name = `a\u202e\nb\u0000${'c'.repeat(5_000)}`;
    const failures = [{ id: 'u', fileId: 'f', kind: 'document', name, reason: 'quota' }];
    const replies = textsOf(await chat.turn({ file_failed: { ...event, failures } }));
    expect(replies).toEqual([expect.stringMatching(/^I couldn't save a b c{96}: you've reached/)]);
  });

  it.each<[FileFailureReason, string]>([
    ['too-big', 'too big.$'],
    ['expired', 'no longer has the file'],
    ['quota', "reached today's limit"],
    ['type-refused', 'of this type'],
    ['unsafe', "isn't safe"],
    ['infected', 'virus'],
    ['damaged', 'damaged'],
    ['too-slow', 'too long'],
    ['unavailable', "didn't give me"],
  ])('explains why there is no file: %s', async (reason, words) => {
    await using chat = await openBotChat();
    const failures = [{ id: 'u', fileId: 'f', kind: 'document', name: 'a.pdf', reason }];
    const replies = textsOf(await chat.turn({ file_failed: { ...event, failures } }));
    expect(replies).toEqual([expect.stringMatching(`^I couldn't save a.pdf: .*${words}`)]);
  });
});

describe('the preview of a file', () => {
  const safe = "Your file is safe; I just can't show a preview";
  const processed = (what: Partial<FileProcessed>) => ({
    file_processed: { ...event, file: stored('a.png'), processor: 'thumbnail', ...what },
  });
  const thumbnail = {
    result: { width: 900, height: 300 },
    made: stored('a.jpg', { kind: 'photo', size: 100, fileId: '' }),
  };

  it('is a picture in reply to the message with the file', async () => {
    const read: [key: string, mostBytes: number][] = [];
    const readFile = ({ key }: StoredFile, mostBytes: number) => {
      read.push([key, mostBytes]);
      return Promise.resolve(Buffer.from('the picture'));
    };
    await using chat = await openBotChat({ readFile });
    const uploads = chat.uploads();
    const [call] = await chat.turn(processed(thumbnail));
    expect([call?.method, read]).toEqual(['sendPhoto', [['ab', 10 * 2 ** 20]]]);
    expect(call?.body['caption']).toBe('a.png: 900 × 300');
    expect(uploads).toEqual(['the picture']);
  });

  it.each([
    ['files cannot be read', undefined],
    ['the file is gone', () => Promise.resolve(undefined)],
    ['Telegram refuses it', () => Promise.resolve(Buffer.from('x'))],
  ])('is a text when %s', async (_, readFile) => {
    await using chat = await openBotChat(readFile && { readFile });
    chat.refuse('sendPhoto', 400, 'Bad Request: PHOTO_INVALID_DIMENSIONS');
    expect(textsOf(await chat.turn(processed(thumbnail)))).toEqual(['a.png: 900 × 300']);
  });

  it("consists of the first lines of a PDF, in the user's language", async () => {
    await using chat = await openBotChat();
    const from = { ...address.from, language_code: 'de' };
    const about = { address: { ...address, from }, processor: 'text', file: stored('a.pdf') };
    const say = async (text: string, pages: number) =>
      textsOf(await chat.turn(processed({ ...about, result: { text, pages } })));
    const many = Array.from({ length: 20 }, (_, line) => `line ${line + 1}`).join('\n\n');
    expect(await say(` Hello {{name}}\n`, 1)).toEqual([
      'Die ersten Zeilen von a.pdf (1 Seite):\n\nHello {{name}}',
    ]);
    expect(await say(many, 3)).toEqual([
      expect.stringMatching(/3 Seiten\):\n\nline 1\n.*line 8$/s),
    ]);
    expect(await say('x'.repeat(4_000), 3)).toEqual([expect.stringMatching(/\nx{600}…$/)]);
    expect(await say(' \n', 2)).toEqual([expect.stringContaining('keinen Text')]);
  });

  it.each([
    ['thumbnail', 'no-image', []],
    ['text', 'no-pdf', []],
    ['text', 'locked', [`${safe}, because it needs a password.`]],
    ['thumbnail', 'too-slow', [`${safe}.`]],
  ])('is missing when %s fails with %s', async (processor, failure, replies) => {
    await using chat = await openBotChat();
    expect(textsOf(await chat.turn(processed({ processor, failure })))).toEqual(replies);
  });
});
