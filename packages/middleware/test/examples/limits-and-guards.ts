import {
  adminOnly,
  createAdmins,
  groupOnly,
  ignoreOtherBots,
  input,
  ownContact,
  ownerOnly,
  privateOnly,
  rateLimit,
  session,
  type SharedRedisOptions,
  type TurnContext,
} from '@chatlane/middleware';
import { Composer, type Context } from 'telegraf';
import { message } from 'telegraf/filters';
import { z } from 'zod';

interface BotContext extends TurnContext {
  session: object;
}

const owner = 7;

export function limited({ redis, name }: SharedRedisOptions) {
  const bot = new Composer<BotContext>();
  const admins = createAdmins({ redis, name });
  bot.use(
    rateLimit({
      redis,
      name,
      user: { everySeconds: 1, burst: 10 },
      commands: { export: { everySeconds: 60, burst: 1 } },
      limited: (ctx, seconds) => `Not so fast: I skip this and what follows for ${seconds} s.`,
      exempt: { admins, callbacks: true, when: ({ from }) => from?.id === owner },
    }),
    session(),
  );
  bot.command('export', (ctx) => ctx.reply('Here it is.'));
  return bot;
}

export function guarded({ redis, name }: SharedRedisOptions) {
  const bot = new Composer<BotContext>();
  const say = (text: string) => (ctx: Context) => ctx.reply(text);
  const [register, slow, stats] = [say('Welcome.'), say('Slow.'), say('Many.')];

  const admins = createAdmins({ redis, name });
  bot.use(ignoreOtherBots(), admins);
  bot.command('register', privateOnly('Please write to me in private.'), register);
  bot.command('slow', groupOnly(), adminOnly(admins, 'Only admins can do that.'), slow);
  bot.command('stats', ownerOnly([owner]), stats);

  const digits = z.string().regex(/^\d{1,3}$/);
  const age = input(digits.transform(Number));
  bot.on(
    message('text'),
    age.on((ctx, years) => ctx.reply(`${years + 1}!`), 'A number, please.'),
  );
  bot.on(
    message('contact'),
    ownContact.on((ctx, { phone }) => ctx.reply(phone), 'Your own number, please.'),
  );
  return bot;
}
