import {
  ask,
  captionCommands,
  input,
  namedWizard,
  ownContact,
  replyInGroups,
  replyKeyboards,
  session,
  type TurnContext,
} from '@chatlane/middleware';
import { Composer, Markup, Scenes, type Context } from 'telegraf';
import { z } from 'zod';

interface TicketContext extends TurnContext {
  session: Scenes.SceneSession;
  scene: Scenes.SceneContextScene<TicketContext>;
}

const name = input(z.string().regex(/\p{L}/u));
function readName(ctx: Context) {
  const answer = name.read(ctx);
  return answer.ok ? answer.value : undefined;
}
function readPhone(ctx: Context) {
  const answer = ownContact.read(ctx);
  return answer.ok ? answer.value.phone : undefined;
}
const shareNumber = Markup.keyboard([Markup.button.contactRequest('Share my number')]);

export const bot = new Composer<TicketContext>();
const ticket = namedWizard<TicketContext>()('ticket', {
  state: { name: z.string(), phone: z.string() },
  steps: {
    name: {
      ask: (ctx) => ask(ctx, 'Your name?'),
      read: readName,
      corrected: (ctx) => ctx.reply(`Thanks, ${ctx.wizard.state.name}.`),
    },
    phone: {
      ask: (ctx) => ask(ctx, 'Your number?', shareNumber),
      read: readPhone,
    },
  },
});
bot.use(captionCommands(), replyInGroups());
bot.use(session({ defaultSession: () => ({}) }), replyKeyboards(), new Scenes.Stage([ticket]));
bot.command('ticket', (ctx) => ctx.scene.enter('ticket'));
