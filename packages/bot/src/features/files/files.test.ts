import type { MediaKind, StoredFile } from '@chatlane/contracts';
import { openBotChat, textsOf } from '../../bot-chat.testkit.js';
import type { FileIndex } from '../../ports.js';
import { event, stored } from './files.testkit.js';

/** An index with these files, all of user 42. */
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

describe('/files', () => {
  it('lists files in pages, forwards and backwards', async () => {
    await using chat = await openBotChat({ fileIndex: indexOf(...many) });
    const [first = ''] = await chat.say('/files');
    expect(first).toMatch(/^Your files, 1–6 of 14:\n1\. note 1 \(1\.5 KB\)\n/);
    const edited = async (button: string | undefined) =>
      (await chat.press(button ?? '')).find(({ method }) => method === 'editMessageText')?.body
        .text;
    expect(await edited(chat.buttons().at(-1))).toContain('7–12 of 14:\n7. note 7');
    expect(chat.buttons()).toHaveLength(6 + 2);
    expect(await edited(chat.buttons().at(-1))).toContain('13–14 of 14:\n13. note 13');
    expect(chat.buttons()).toHaveLength(2 + 1);
    expect(await edited(chat.buttons().at(-1))).toContain('7–12 of 14');
  });

  it('searches, and pages through the latest search', async () => {
    const others = [stored('a song'), ...many];
    await using chat = await openBotChat({ fileIndex: indexOf(...others) });
    expect(await chat.say('/files   song')).toEqual(['1 file with “song”:\n1. a song (1.5 KB)']);
    expect(await chat.say('/files note')).toEqual([expect.stringContaining('“note”, 1–6 of 14')]);
    const next = chat.buttons().at(-1) ?? '';
    const messageId = chat.sentId();
    await chat.store({ fileSearch: { messageId: 9, words: 'note' } });
    expect((await chat.press(next)).at(0)?.body.text).toContain('This list is out of date');
    await chat.store({ fileSearch: { messageId, words: 'note' } });
    expect((await chat.press(next)).at(1)?.body.text).toContain('“note”, 7–12 of 14');
  });

  it('answers when there are no files', async () => {
    await using chat = await openBotChat();
    expect(await chat.say('/files')).toEqual([expect.stringContaining('no files yet')]);
    expect(await chat.say('/files x')).toEqual([
      'None of your files has “x” in its name or caption.',
    ]);
    expect(chat.calls.at(-1)?.body.reply_markup).toBeUndefined();
  });

  it('is opened by the button of an inline search, unlike any other start link', async () => {
    await using chat = await openBotChat({ fileIndex: indexOf(...many) });
    expect(await chat.say('/start files')).toEqual([expect.stringContaining('1–6 of 14')]);
    expect(await chat.say('/start other')).toEqual([expect.stringContaining('name')]);
  });

  it('sends a file again by its number', async () => {
    await using chat = await openBotChat({ fileIndex: indexOf(...many) });
    await chat.say('/files');
    chat.acceptFiles('sendDocument');
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
  ])('sends the only matching file as its kind: %s', async (kind, method) => {
    await using chat = await openBotChat({
      fileIndex: indexOf(stored('a song', { kind }), ...many),
    });
    chat.acceptFiles(method);
    expect(await chat.say('/get song')).toEqual([]);
    expect(chat.calls.at(-1)).toMatchObject({ method, body: { [kind]: 'file-a song' } });
  });

  it('sends a link if links are enabled', async () => {
    const fileLink = ({ key }: StoredFile) => ({ url: `https://example.org/${key}`, seconds: 900 });
    await using chat = await openBotChat({ fileIndex: indexOf(stored('a')), fileLink });
    chat.acceptFiles('sendDocument');
    expect(await chat.say('/get a')).toEqual([
      'Download link (works for 15 minutes): https://example.org/ab',
    ]);
  });

  it('lists several matches, and says when Telegram no longer has a file', async () => {
    await using chat = await openBotChat({ fileIndex: indexOf(...many) });
    expect(await chat.say('/get note')).toEqual([expect.stringContaining('1–6 of 14')]);
    chat.refuse('sendDocument', 400, 'Bad Request: wrong file identifier');
    const [button = ''] = chat.buttons();
    expect(textsOf(await chat.press(button))).toEqual(['Telegram no longer has note 1.']);
  });
});

describe('/forget', () => {
  it('asks for confirmation, and reports when the files are deleted', async () => {
    await using chat = await openBotChat();
    const date = Math.floor(Date.now() / 1_000);
    expect(await chat.say('/forget', { date })).toEqual([
      expect.stringContaining('Delete all your files'),
    ]);
    const [yes = '', no = ''] = chat.buttons();
    await chat.press(no);
    expect(await chat.requests()).toEqual([]);
    await chat.press(yes);
    expect(await chat.requests()).toMatchObject([{ kind: 'forget', userId: 42 }]);
    const done = await chat.turn({ files_forgotten: { ...event, count: 3 } });
    expect(textsOf(done)).toEqual(["Done. I've deleted your 3 files."]);
  });

  it('ignores a confirmation that is too late', async () => {
    await using chat = await openBotChat();
    await chat.say('/forget', { date: 1 });
    const [yes = ''] = chat.buttons();
    await chat.press(yes);
    expect(await chat.requests()).toEqual([]);
  });
});

interface InlineAnswer {
  results?: { title?: string }[];
  next_offset?: string;
  button?: { text: string };
}

describe('@bot words', () => {
  it("finds the user's own files, page by page", async () => {
    const files = [...many, ...Array.from({ length: 50 }, (_, index) => stored(`song ${index}`))];
    await using chat = await openBotChat({ fileIndex: indexOf(...files) });
    // The simulator does not know the files.
    chat.onCall('answerInlineQuery', () => ({ result: true }));
    const ask = async (query: string, offset = '', id = 42) => {
      const from = { id, is_bot: false, first_name: 'A' };
      const update = { inline_query: { id: `q${query}${offset}`, from, query, offset } };
      const [call] = await chat.turn(update);
      const { results = [], next_offset, button } = (call?.body ?? {}) as InlineAnswer;
      return { titles: results.map(({ title }) => title), next_offset, button: button?.text };
    };
    const first = await ask('');
    expect(first).toMatchObject({ next_offset: '50', button: '64 files found' });
    expect(first.titles).toHaveLength(50);
    const second = await ask('', first.next_offset);
    expect([second.titles.length, second.next_offset]).toEqual([14, '']);
    expect((await ask('song 7')).titles).toEqual(['song 7']);
    expect((await ask('song', '', 43)).titles).toEqual([]);
  });
});
