// Streams an answer in the given number of states: "/count <states> <milliseconds between them> <draft?>".
import { streaming } from '@chatlane/middleware';
import { Composer } from 'telegraf';

const bot = new Composer();
bot.use(streaming());
bot.command('count', async (ctx) => {
  const [states, pauseMs, draft] = ctx.payload.split(' ');
  const stream = ctx.stream({}, { draft: draft === 'draft' ? 'auto' : false });
  for (let state = 1; state <= Number(states); state += 1) {
    stream.set(`State ${state} of ${states}`);
    await new Promise((resolve) => setTimeout(resolve, Number(pauseMs)));
  }
  await stream.end(`All ${states} states.`);
});
// The same without a stream: each state is a separate edit, which the handler awaits.
bot.command('edit', async (ctx) => {
  const [states, pauseMs] = ctx.payload.split(' ');
  const { message_id } = await ctx.reply('…');
  for (let state = 1; state <= Number(states); state += 1) {
    await ctx.telegram.editMessageText(ctx.chat.id, message_id, undefined, `State ${state}`);
    await new Promise((resolve) => setTimeout(resolve, Number(pauseMs)));
  }
  const text = `All ${states} states.`;
  await ctx.telegram.editMessageText(ctx.chat.id, message_id, undefined, text);
});
bot.command('hello', (ctx) => ctx.reply('Hello!'));
export default bot;
