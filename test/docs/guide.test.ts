import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chat, type Chat } from '@chatlane/testkit';
import { sourceFiles } from '../architecture/files.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A whole bot of the guide, and the conversation that its page shows below it. */
interface GuideBot {
  page: string;
  /** The heading above the bot. */
  heading: string;
  code: string;
  conversation: string | undefined;
}

/** The blocks that export a bot, and the blocks of text right below them. */
function botsOf(page: string, markdown: string): GuideBot[] {
  const blocks = markdown.matchAll(/```ts\n([^]*?)```(?:\n\n```text\n([^]*?)\n```)?/g);
  return [...blocks]
    .map(({ index, 1: code = '', 2: conversation }) => {
      const heading =
        markdown
          .slice(0, index)
          .match(/^#+ .*/gm)
          ?.at(-1) ?? '';
      return { page, heading, code, conversation };
    })
    .filter(({ code }) => /^export (default bot;|function createBot)/m.test(code));
}

/** Says and presses what the person does in the conversation, at the times that it names. */
async function act(test: Chat, conversation: string): Promise<void> {
  for (const line of conversation.split('\n')) {
    const [, text, label] = /^Ann(?:: (.*)| taps \[(.*)\])$/.exec(line) ?? [];
    if (text !== undefined) await test.user.says(text);
    if (label !== undefined) await test.user.presses(label);
    const [, seconds] = /^--- (\d+) seconds later ---$/.exec(line) ?? [];
    if (seconds !== undefined) await test.passes({ seconds: Number(seconds) });
  }
}

const pages = sourceFiles(root, ['.md']).filter(({ path }) =>
  path.startsWith('packages/chatlane/docs/'),
);
const bots = pages.flatMap(({ path, text }) => botsOf(path, text));

describe('the bots of the guide', () => {
  let folder: string;
  beforeAll(() => {
    // Inside the checkout, so that a bot can resolve the packages it imports.
    mkdirSync(join(root, '.chatlane'), { recursive: true });
    folder = mkdtempSync(join(root, '.chatlane/guide-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  async function load(code: string): Promise<object> {
    const file = join(folder, `${bots.findIndex((bot) => bot.code === code)}.ts`);
    writeFileSync(file, code);
    return (await import(pathToFileURL(file).href)) as object;
  }

  it.each(bots.filter(({ conversation }) => conversation !== undefined))(
    'has the conversation that its page shows: $page $heading',
    async ({ code, conversation = '' }) => {
      await using test = await chat(await load(code));
      await act(test, conversation);
      expect(test.conversation()).toBe(conversation);
    },
  );

  it.each(bots.filter(({ conversation }) => conversation === undefined))(
    'starts: $page $heading',
    async ({ code }) => {
      await using test = await chat(await load(code));
      expect(test.conversation()).toBe('');
    },
  );

  it('are found: every conversation is below the bot that has it', () => {
    const shown = pages.flatMap(({ text }) => text.match(/^```text$/gm) ?? []);
    expect(bots.filter(({ conversation }) => conversation).length).toBe(shown.length);
    expect(bots.length).toBeGreaterThan(15);
  });
});
