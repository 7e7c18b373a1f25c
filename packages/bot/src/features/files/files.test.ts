import type { FileFailureReason, MediaKind, StoredFile } from '@chatlane/contracts';
import { openBotChat, textsOf } from '../../chat.testkit.js';
import type { FileIndex } from '../../ports.js';

const address = {
  lane: 'c:42',
  sessionUser: '42',
  chat: { id: 42, type: 'private' },
  from: { id: 42, is_bot: false, first_name: 'Ann' },
  messageId: 7,
};
const event = { request: '101.1', address };
const document = { file_id: 'f', file_unique_id: 'u', file_name: 'a.pdf' };

function stored(name: string, more: Partial<StoredFile> = {}): StoredFile {
  const { kind = 'document' } = more;
  const ids = { id: `id-${name}`, fileId: `file-${name}` };
  const content = { type: 'text/plain', size: 1536, sha256: 'ab', key: 'ab', storedAt: 0 };
  return { ...ids, ...content, kind, name, ...more };
}

/** An index of these files, of user 42 alone. */
function indexOf(...files: StoredFile[]): FileIndex {
  return {
    list(userId, { words = '', offset, limit }) {
      const fits = ({ name }: StoredFile) => userId === 42 && name.includes(words);
      const found = files.filter(fits);
      return Promise.resolve({ files: found.slice(offset, offset + limit), total: found.length });
    },
    get: (userId, id) =>
      Promise.resolve(userId === 42 ? files.find((file) => file.id === id) : undefined),
  };
}

const many = Array.from({ length: 14 }, (_, index) => stored(`note ${index + 1}`));

describe('a file that is sent in private', () => {
  it.each(['document', 'photo', 'video', 'audio', 'voice', 'video_note', 'sticker', 'animation'])(
    'is asked for, whatever its kind: %s',
    async (kind) => {
      await using chat = await openBotChat();
      const file = kind === 'photo' ? [{ ...document, width: 1, height: 1 }] : document;
      expect(await chat.send({ [kind]: file })).toEqual([]);
      expect(chat.asked).toMatchObject([{ kind: 'download', userId: 42, media: { kind } }]);
    },
  );

  it('is told about while it comes, when it is large', async () => {
    await using chat = await openBotChat();
    const large = { ...document, file_size: 9e6 };
    expect(await chat.send({ document: large })).toEqual(['Loading a.pdf: 0 %']);
    const messageId = chat.calls.length;
    const text = 'Loading a.pdf: {percent} %';
    expect(chat.asked).toMatchObject([
      { progress: { messageId, text }, label: { loading: messageId } },
    ]);
    const label = { loading: messageId };
    const calls = await chat.turn({
      file_ready: { ...event, label, files: [stored('a.pdf')], failures: [] },
    });
    expect(calls.map(({ method }) => method)).toEqual(['deleteMessage', 'sendMessage']);
  });

  it('is left alone in a group, and in a dialogue', async () => {
    await using chat = await openBotChat();
    await chat.send({ document, chat: { id: -5, type: 'group', title: 'Group' } });
    await chat.say('/register');
    await chat.send({ document });
    expect(chat.asked).toEqual([]);
  });
});

describe('what became of it', () => {
  it('is told under its message, also in the middle of a dialogue, which goes on', async () => {
    await using chat = await openBotChat();
    await chat.say('/register');
    const ready = { ...event, files: [stored('a.pdf')], failures: [] };
    const [call] = await chat.turn({ file_ready: ready });
    expect(call?.body).toMatchObject({
      chat_id: 42,
      text: 'Stored: a.pdf (1.5 KB).\nFind it with /files, or in any chat: @lane_bot a.pdf',
      reply_parameters: { message_id: 7 },
    });
    expect(await chat.say('Ann')).toEqual(['What is your email address?']);
  });

  it('is told once of an album, those that failed with it, in the language of the user', async () => {
    await using chat = await openBotChat();
    const from = { ...address.from, language_code: 'de' };
    const failures = [{ id: 'x', fileId: 'x', kind: 'video', reason: 'too-big' }];
    const files = [stored('a.jpg'), stored('b.jpg')];
    const update = {
      file_ready: { ...event, address: { ...address, from }, files, failures, mediaGroupId: 'g' },
    };
    expect(textsOf(await chat.turn(update))).toEqual([
      '2 Dateien gespeichert:\n• a.jpg (1,5 KB)\n• b.jpg (1,5 KB)\n' +
        'Video ist nicht gespeichert: zu groß, Bots bekommen von Telegram Dateien bis 20 MB.',
    ]);
  });

  it('names a file that failed in one line, whatever its sender called it', async () => {
    await using chat = await openBotChat();
    const name = `a\u202e\nb\u0000${'c'.repeat(5_000)}`;
    const failures = [{ id: 'u', fileId: 'f', kind: 'document', name, reason: 'quota' }];
    const said = textsOf(await chat.turn({ file_failed: { ...event, failures } }));
    expect(said).toEqual([expect.stringMatching(/^a b c{96} is not stored: that is enough/)]);
  });

  it.each<[FileFailureReason, string]>([
    ['too-big', 'up to 20 MB'],
    ['expired', 'not have it any more'],
    ['quota', 'enough for today'],
    ['type-refused', 'of this type'],
    ['unsafe', 'not safe'],
    ['infected', 'virus'],
    ['damaged', 'damaged'],
    ['too-slow', 'too long'],
    ['unavailable', 'did not give it'],
  ])('says why there is none: %s', async (reason, words) => {
    await using chat = await openBotChat();
    const failures = [{ id: 'u', fileId: 'f', kind: 'document', name: 'a.pdf', reason }];
    const said = textsOf(await chat.turn({ file_failed: { ...event, failures } }));
    expect(said).toEqual([expect.stringMatching(`^a.pdf is not stored: .*${words}`)]);
  });
});

describe('/files', () => {
  it('lists by pages, forth and back', async () => {
    await using chat = await openBotChat({ fileIndex: indexOf(...many) });
    const [first = ''] = await chat.say('/files');
    expect(first).toMatch(/^Your files, 1 to 6 of 14:\n1\. note 1 \(1\.5 KB\)\n/);
    const edited = async (button: string | undefined) =>
      (await chat.press(button ?? '')).find(({ method }) => method === 'editMessageText')?.body
        .text;
    expect(await edited(chat.buttons().at(-1))).toContain('7 to 12 of 14:\n7. note 7');
    expect(chat.buttons()).toHaveLength(6 + 2);
    expect(await edited(chat.buttons().at(-1))).toContain('13 to 14 of 14:\n13. note 13');
    expect(chat.buttons()).toHaveLength(2 + 1);
    expect(await edited(chat.buttons().at(-1))).toContain('7 to 12 of 14');
  });

  it('searches, and turns the pages of what was searched last', async () => {
    const others = [stored('a song'), ...many];
    await using chat = await openBotChat({ fileIndex: indexOf(...others) });
    expect(await chat.say('/files   song')).toEqual([
      'Your files with “song”, 1 to 1 of 1:\n1. a song (1.5 KB)',
    ]);
    expect(await chat.say('/files note')).toEqual([
      expect.stringContaining('“note”, 1 to 6 of 14'),
    ]);
    const next = chat.buttons().at(-1) ?? '';
    // The button's message, of this testkit, is number 9; the list was another.
    expect((await chat.press(next)).at(0)?.body.text).toContain('This list is old');
    chat.store({ fileSearch: { messageId: 9, words: 'note' } });
    expect((await chat.press(next)).at(1)?.body.text).toContain('“note”, 7 to 12 of 14');
  });

  it('says that there are none', async () => {
    await using chat = await openBotChat();
    expect(await chat.say('/files')).toEqual([expect.stringContaining('no files here yet')]);
    expect(await chat.say('/files x')).toEqual(['None of your files has “x” in its name.']);
    expect(chat.buttons()).toEqual([]);
  });

  it('sends a file again by its number, its owner only', async () => {
    await using chat = await openBotChat({ fileIndex: indexOf(...many) });
    await chat.say('/files');
    const [button = ''] = chat.buttons();
    const [, sent] = await chat.press(button);
    expect(sent).toMatchObject({ method: 'sendDocument', body: { document: 'file-note 1' } });
  });
});

describe('/get', () => {
  it.each<[MediaKind, string]>([
    ['document', 'sendDocument'],
    ['photo', 'sendPhoto'],
    ['video', 'sendVideo'],
    ['audio', 'sendAudio'],
    ['voice', 'sendVoice'],
    ['video_note', 'sendVideoNote'],
    ['sticker', 'sendSticker'],
    ['animation', 'sendAnimation'],
  ])('sends the only file of that name as what it is: %s', async (kind, method) => {
    await using chat = await openBotChat({
      fileIndex: indexOf(stored('a song', { kind }), ...many),
    });
    expect(await chat.say('/get song')).toEqual([]);
    expect(chat.calls.at(-1)).toMatchObject({ method, body: { [kind]: 'file-a song' } });
  });

  it('gives a link, where there are any', async () => {
    const fileLink = ({ key }: StoredFile) => ({ url: `https://example.org/${key}`, seconds: 900 });
    await using chat = await openBotChat({ fileIndex: indexOf(stored('a')), fileLink });
    expect(await chat.say('/get a')).toEqual([
      'Download it, for 15 minutes: https://example.org/ab',
    ]);
  });

  it('lets the user choose among several, and says when Telegram has it no more', async () => {
    await using chat = await openBotChat({ fileIndex: indexOf(...many) });
    expect(await chat.say('/get note')).toEqual([expect.stringContaining('1 to 6 of 14')]);
    chat.refuse('sendDocument', 400, 'Bad Request: wrong file identifier');
    const [button = ''] = chat.buttons();
    expect(textsOf(await chat.press(button))).toEqual(['Telegram does not have note 1 any more.']);
  });
});

describe('/forget', () => {
  it('asks first, and tells when it is done', async () => {
    await using chat = await openBotChat();
    const date = Math.floor(Date.now() / 1_000);
    expect(await chat.say('/forget', { date })).toEqual([
      expect.stringContaining('Shall I delete'),
    ]);
    const [yes = '', no = ''] = chat.buttons();
    await chat.press(no);
    expect(chat.asked).toEqual([]);
    await chat.press(yes);
    expect(chat.asked).toMatchObject([{ kind: 'forget', userId: 42 }]);
    const done = await chat.turn({ files_forgotten: { ...event, count: 3 } });
    expect(textsOf(done)).toEqual(['Your files are deleted: there were 3.']);
  });

  it('is asked anew after a while', async () => {
    await using chat = await openBotChat();
    await chat.say('/forget', { date: 1 });
    const [yes = ''] = chat.buttons();
    await chat.press(yes);
    expect(chat.asked).toEqual([]);
  });
});

describe('@bot words', () => {
  it('finds the user’s own files, page after page', async () => {
    const files = [...many, ...Array.from({ length: 50 }, (_, index) => stored(`song ${index}`))];
    await using chat = await openBotChat({ fileIndex: indexOf(...files) });
    const ask = async (query: string, offset = '', id = 42) => {
      const from = { id, is_bot: false, first_name: 'A' };
      const update = { inline_query: { id: 'q', from, query, offset } };
      const [call] = await chat.turn(update, { sessionKey: undefined });
      const { results = [], next_offset, button } = call?.body ?? {};
      return { titles: results.map(({ title }) => title), next_offset, button: button?.text };
    };
    const first = await ask('');
    expect(first).toMatchObject({ next_offset: '50', button: '64 of your files' });
    expect(first.titles).toHaveLength(50);
    const second = await ask('', first.next_offset);
    expect([second.titles.length, second.next_offset]).toEqual([14, '']);
    expect((await ask('song 7')).titles).toEqual(['song 7']);
    expect((await ask('song', '', 43)).titles).toEqual([]);
  });
});
