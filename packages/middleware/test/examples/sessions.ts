import { perChat, pollAnswersInPrivate, session, type TurnContext } from '@chatlane/middleware';
import { Composer } from 'telegraf';
import { z } from 'zod';

const profile = z.object({ name: z.string(), phones: z.array(z.string()) });

interface BotContext extends TurnContext {
  session: z.output<typeof profile>;
  chatSession: { messages: number };
}

export const bot = new Composer<BotContext>();
bot.use(
  session({ schema: profile, defaultSession: () => ({ name: '', phones: [] }) }),
  session({
    property: 'chatSession',
    getSessionKey: perChat,
    ttlSeconds: 86_400,
    defaultSession: () => ({ messages: 0 }),
  }),
);
bot.on('message', (ctx) => ctx.reply(`${ctx.session.name} ${++ctx.chatSession.messages}`));

export function versioned() {
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
  );
  bot.on('message', (ctx) => ctx.reply(`${ctx.session.name} ${ctx.session.phones.join()}`));
  return bot;
}

export function polling() {
  const bot = new Composer<TurnContext & { session: { votes: number } }>();
  bot.use(pollAnswersInPrivate(), session({ defaultSession: () => ({ votes: 0 }) }));
  bot.on('poll_answer', (ctx) => ctx.reply(`That was your vote number ${++ctx.session.votes}.`));
  return bot;
}
