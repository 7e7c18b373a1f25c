import type { BotContext } from '@chatlane/bot';
import { event, schedule, type ScheduleContext } from '@chatlane/middleware';
import { Composer } from 'telegraf';
import { openBotLanes, type BotLanes } from './bot-lanes.testkit.js';

const AT = 1_796_000_000_000;

const chat = { id: 7, type: 'private', first_name: 'Ann' };
const known = { message: { message_id: 1, date: 1, chat, from: chat, text: '' } };

const bot = new Composer<BotContext>();
bot.on(event('news'), (ctx) => ctx.reply(`news ${String(ctx.update.event.data)}`));

const daily = (handler: (ctx: ScheduleContext) => unknown) =>
  schedule('daily', '0 9 * * *', handler);

/** Pushes a due run of the schedule. */
async function fallDue({ intake }: BotLanes): Promise<void> {
  const due = { lane: 's:daily', kind: 'schedule', payload: { name: 'daily', at: AT } };
  await intake.pushEvent(due, { id: String(AT) });
}

describe('the handler of a schedule', () => {
  it('sends to Telegram, and puts events into chats when its run commits', async () => {
    let attempts = 0;
    const schedules = [
      daily(async (ctx) => {
        await ctx.telegram.sendMessage(7, `at ${ctx.scheduledAt.getTime()}`);
        ctx.inLane(7, 'news', ctx.turn.attempt);
        attempts += 1;
        if (attempts === 1) throw new Error('fails once');
      }),
    ];
    await using lanes = await openBotLanes(bot, { schedules });
    lanes.telegram.adopt(known);
    await fallDue(lanes);
    await lanes.run(() => lanes.telegram.texts().length === 2);
    expect(lanes.telegram.texts()).toEqual([`at ${AT}`, 'news 2']);
    expect(lanes.turns.slice(0, 2)).toEqual([
      `e-s%3Adaily%2F${AT} failed`,
      `e-s%3Adaily%2F${AT} done`,
    ]);
  });

  it('gets an error from later() that refers to inLane(), because it has no chat', async () => {
    const errors: unknown[] = [];
    const schedules = [
      daily((ctx) => ctx.later(1, 'news', 1).catch((error: Error) => errors.push(error.message))),
    ];
    await using lanes = await openBotLanes(bot, { schedules });
    await fallDue(lanes);
    await lanes.run();
    expect(errors).toEqual([expect.stringMatching(/has no chat. Name one: ctx.inLane/)]);
  });
});

describe('a worker without the schedule of a run', () => {
  it('leaves the run to workers that have the schedule', async () => {
    let others = 3;
    const isDeclared = () => Promise.resolve((others -= 1) > 0);
    await using lanes = await openBotLanes(bot, { isDeclared, schedules: [] });
    await fallDue(lanes);
    await lanes.run();
    const waited = lanes.turns.filter((turn) => !turn.endsWith(' done'));
    expect(waited).toHaveLength(2);
    expect(lanes.errors.map(String)).toEqual(
      Array(2).fill('RetryAfterError: Another worker has the schedule daily.'),
    );
    expect(lanes.turns.at(-1)).toMatch(/ done$/);
  });

  it('ends the run when no worker has the schedule any longer', async () => {
    const isDeclared = () => Promise.resolve(false);
    await using lanes = await openBotLanes(bot, { isDeclared, schedules: [] });
    await fallDue(lanes);
    await lanes.run();
    expect(lanes.turns).toEqual([expect.stringMatching(/ done$/)]);
  });
});
