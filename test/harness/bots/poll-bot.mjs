// Counts the polls that a user has answered, in the session of their private chat.
import { pollAnswersInPrivate, session } from '@chatlane/middleware';
import { Composer } from 'telegraf';

const bot = new Composer();
bot.use(pollAnswersInPrivate());
bot.use(session({ defaultSession: () => ({ votes: 0 }) }));
bot.on('poll_answer', async (ctx) => {
  const votes = ctx.session.votes;
  // A concurrent turn of this chat, if there were one, would write in between.
  await ctx.reply(`${ctx.from.first_name}: ${ctx.pollAnswer.option_ids.join()}`);
  ctx.session.votes = votes + 1;
});
bot.command('votes', (ctx) => ctx.reply(`${ctx.session.votes} votes`));
export default bot;
