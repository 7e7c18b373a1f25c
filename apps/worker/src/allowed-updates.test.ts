import { createRequire } from 'node:module';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { knownKinds } from '@chatlane/contracts';
import { loadBot } from './load-bot.js';
import { recordSubscribedKinds } from './telegraf/subscribed-kinds.js';
import { chooseAllowedUpdates } from './allowed-updates.js';

const folder = mkdtempSync(join(tmpdir(), 'chatlane-kinds-'));
afterAll(() => rmSync(folder, { recursive: true }));
const resolve = (name: string): string =>
  JSON.stringify(createRequire(import.meta.url).resolve(name));

const subscribedKinds = new Set<string>();
const { Composer } = createRequire(import.meta.url)('telegraf') as { Composer: never };
recordSubscribedKinds(Composer, subscribedKinds);

let written = 0;

/** The kinds that a worker requests from Telegram for a bot with this code. */
async function wantedBy(code: string, configured: readonly (typeof knownKinds)[number][] = []) {
  written += 1;
  const path = join(folder, `bot-${written}.mjs`);
  writeFileSync(
    path,
    `import telegraf from ${resolve('telegraf')}; const { Composer, Scenes } = telegraf;
     const bot = new Composer(); const handle = () => undefined; ${code}; export default bot;`,
  );
  subscribedKinds.clear();
  const { create } = await loadBot(path);
  await create({ name: 'chatlane' } as Parameters<typeof create>[0]);
  const warnings: unknown[] = [];
  const kinds = chooseAllowedUpdates(configured, subscribedKinds, {
    warn: (...line: unknown[]) => warnings.push(line),
  });
  return { kinds, warnings };
}

const without = (...left: string[]) => knownKinds.filter((kind) => !left.includes(kind));

describe('the update kinds that a worker requests', () => {
  it("are Telegram's default if the bot has no handlers for other kinds", async () => {
    const { kinds } = await wantedBy(
      `bot.on(['message', 'my_chat_member'], handle); bot.use(handle)`,
    );
    expect(kinds).toEqual([]);
  });

  it.each([
    [`bot.on('chat_member', handle)`, without('message_reaction', 'message_reaction_count')],
    [`bot.reaction('👍', handle)`, without('chat_member', 'message_reaction_count')],
    [
      `bot.use(Composer.on(['message_reaction_count', 'message'], handle))`,
      without('chat_member', 'message_reaction'),
    ],
    [
      `const scene = new Scenes.BaseScene('s'); scene.on('chat_member', handle); bot.use(new Scenes.Stage([scene]))`,
      without('message_reaction', 'message_reaction_count'),
    ],
  ])('include the kinds with handlers: %s', async (code, wanted) => {
    expect((await wantedBy(code)).kinds).toEqual(wanted);
  });

  it('include chat_member for the admin list of our own middleware', async () => {
    const { create } = await loadBot(undefined);
    subscribedKinds.clear();
    const ports = { name: 'chatlane', secret: 'x'.repeat(64), ownerIds: [] };
    await create(ports as unknown as Parameters<typeof create>[0]);
    expect([...subscribedKinds]).toEqual(['chat_member']);
  });

  it('are those of ALLOWED_UPDATES if it is set, with a warning about those that it leaves out', async () => {
    const code = `bot.on('chat_member', handle)`;
    const configured = ['message', 'callback_query'] as const;
    const { kinds, warnings } = await wantedBy(code, configured);
    expect(kinds).toEqual(configured);
    expect(JSON.stringify(warnings)).toMatch(/chat_member.*ALLOWED_UPDATES/);
    expect((await wantedBy(code, ['chat_member'])).warnings).toEqual([]);
  });
});
