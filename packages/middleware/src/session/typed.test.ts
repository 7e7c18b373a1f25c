import { Composer, type Scenes } from 'telegraf';
import { z } from 'zod';
import type { TurnContext } from '../turn/turn.js';
import { perChat } from './keys.js';
import { session } from './session.js';
import { laneOf } from './turn.testkit.js';

const profile = z.object({
  name: z.string(),
  phones: z.array(z.string()),
  nick: z.string().optional(),
});

interface BotContext extends TurnContext {
  session: z.output<typeof profile> & Scenes.WizardSession;
  chatSession: { slowModeSeconds: number };
  scene: Scenes.SceneContextScene<BotContext, Scenes.WizardSessionData>;
  wizard: Scenes.WizardContextWizard<BotContext>;
}

/** Compiling this is the main test. Running it shows that the types are right. */
function createBot(): Composer<BotContext> {
  const bot = new Composer<BotContext>();
  bot.use(
    session({
      schema: profile,
      defaultSession: () => ({ name: '', phones: [] }),
      version: 3,
      migrations: {
        2: (old: { name: string; phone?: string }) => ({ ...old, phones: [] }),
        3: ({ name, phone, phones }: { name: string; phone?: string; phones: string[] }) => ({
          name,
          phones: phone === undefined ? phones : [phone],
        }),
      },
    }),
    session({
      property: 'chatSession',
      getSessionKey: perChat,
      ttlSeconds: 86_400,
      defaultSession: () => ({ slowModeSeconds: 0 }),
    }),
  );
  bot.use((ctx) => {
    ctx.session.nick = `${ctx.session.name} ${ctx.session.phones.length}`;
    ctx.chatSession.slowModeSeconds += 1;
  });
  return bot;
}

describe('the types of session', () => {
  it('need no casts for a schema, scenes, migrations and a second property', async () => {
    const lane = laneOf({ 'c:42:42': '{"name":"Ann","phone":"1"}' });
    const properties = { session: { name: '', phones: [] }, chatSession: { slowModeSeconds: 0 } };
    const ctx = Object.assign(lane.context(), properties);
    await createBot().middleware()(ctx as typeof ctx & BotContext, () => Promise.resolve());
    expect(lane.staged.map(([key, json]) => [key, JSON.parse(json ?? '') as unknown])).toEqual([
      ['c:42:chat', { slowModeSeconds: 1 }],
      ['c:42:42', { chatlaneSession: 3, value: { name: 'Ann', phones: ['1'], nick: 'Ann 1' } }],
    ]);
  });

  it('reject options that do not match the context', () => {
    const bot = new Composer<BotContext>();
    // @ts-expect-error the default does not have the session's type
    bot.use(session({ property: 'chatSession', defaultSession: () => ({ slow: 0 }) }));
    // @ts-expect-error the same, with a key function that accepts any context
    bot.use(session({ property: 'chatSession', getSessionKey: perChat, defaultSession: () => 0 }));
    // @ts-expect-error the schema does not have the session's type
    bot.use(session({ property: 'chatSession', schema: profile }));
    // @ts-expect-error the context does not have this property
    bot.use(session({ property: 'chatsession' }));
    expect(bot).toBeInstanceOf(Composer);
  });
});
