// A bot that only keeps books. Each session lists the turns that were committed; every turn leaves lines in the
// file LEDGER: its start, each sending of a message, and its end as far as the handler is concerned. The text
// of a message says how its handler behaves: `slow 800`, `throw 2`, `hang`, `stuck`, `freeze 3000`, `poison`, or well.
// LEDGER_SENDS says what a turn sends. `mark`: one message that names the turn, outside of the effect journal, as each
// run of the handler sends another text. `answers`: three messages that are the same in each run. `mixed`: a third of the
// updates get answers, the others a mark. Absent: nothing.
import { appendFileSync } from 'node:fs';
import { setImmediate } from 'node:timers';
import { once } from 'node:events';
import { setInterval } from 'node:timers';
import { setTimeout as sleep } from 'node:timers/promises';
import { session } from '@chatlane/middleware';
import { Composer } from 'telegraf';

const file = process.env.LEDGER;
const slowMs = Number(process.env.LEDGER_SLOW_MS ?? 5);
const sends = process.env.LEDGER_SENDS;
/** How long a handler that hangs ignores its signal. */
const hangMs = Number(process.env.LEDGER_HANG_MS ?? 8_000);

/** Monotonic, and shared by all processes of the machine. */
const now = () => Number(process.hrtime.bigint()) / 1e6;

/** One short append is atomic. */
function write(line) {
  appendFileSync(file, `${JSON.stringify(line)}\n`);
}

function behaviour(ctx) {
  const [name, amount] = (ctx.message?.text ?? '').split(' ');
  return { name, amount: Number(amount) };
}

async function misbehave(ctx, turn) {
  const { name, amount } = behaviour(ctx);
  const { attempt, signal } = ctx.turn;
  if (name === 'poison') process.kill(process.pid, 'SIGKILL');
  if (name === 'slow') await sleep(amount);
  if (name === 'throw' && attempt <= amount) {
    ctx.session.half.push(turn);
    throw new Error('as asked');
  }
  if (name === 'hang' && attempt === 1) {
    // Not from its start: to a process that was stopped meanwhile, deadline and end come in the same moment.
    if (!signal.aborted) await once(signal, 'abort');
    await sleep(hangMs);
    ctx.session.half.push(turn);
  }
  // Until its process exits.
  if (name === 'stuck' && attempt === 1) await new Promise(() => undefined);
  if (name === 'freeze' && attempt === 1) {
    const until = now() + amount;
    // Said before: a process that is killed while it is frozen says nothing any more.
    write({ what: 'stall', pid: process.pid, from: now(), to: until });
    while (now() < until);
  }
}

/** Outside of the journal: a mark of another run is not a repetition of this one. */
async function mark(ctx, turn) {
  write({ what: 'send', turn, at: now() });
  const text = `${ctx.update.update_id}@${turn}`;
  await ctx.telegram.callApi(
    'sendMessage',
    { chat_id: ctx.chat.id, text },
    { delivery: 'untracked' },
  );
}

async function answer(ctx, turn, number) {
  write({ what: 'answer', turn, number, at: now() });
  try {
    await ctx.reply(`${ctx.update.update_id}#${number}`);
  } catch (error) {
    if (isRefusal(error)) write({ what: 'refused', turn, number, at: now() });
    throw error;
  }
  // What has been read is on its way to Redis when the event loop has come round: a process that is killed before has
  // as little read it as one that is killed while the answer is on its way.
  setImmediate(() => setImmediate(() => write({ what: 'answered', turn, number, at: now() })));
}

/** Telegram answered that it did not send the message, or was not reached at all. */
function isRefusal(error) {
  return error.errorCode !== undefined || error.maybeSent === false;
}

/** What a turn sends before and after the work of its handler. */
function sendingOf(ctx, turn) {
  const { update_id: update } = ctx.update;
  if (sends === undefined) return {};
  if (sends === 'answers' || (sends === 'mixed' && update % 3 === 2)) {
    return {
      before: () => answer(ctx, turn, 1),
      async after() {
        await answer(ctx, turn, 2);
        await answer(ctx, turn, 3);
      },
    };
  }
  // A turn that lost the lane and sends last is silenced before it can commit; one that sent first has only the commit's fence.
  return update % 3 > 0 ? { before: () => mark(ctx, turn) } : { after: () => mark(ctx, turn) };
}

/** `over`: the turn could send nothing more. `client`: the call itself failed. */
function causeOf(error) {
  if (error?.nextAction === undefined) return 'handler';
  return error.nextAction === 'over' ? 'over' : 'client';
}

let count = 0;
const bot = new Composer();
const defaultSession = () => ({ turns: [], count: 0, half: [] });
/** Writes in the chats of others: each lane has one book, that of its user. */
const stranger = 999;
const getSessionKey = ({ from, turn }) =>
  from?.id === stranger ? `${turn.lane}:${turn.lane.split(':')[1]}` : turn.sessionKey;
// A long run lists more turns than a session of usual size holds.
bot.use(session({ defaultSession, getSessionKey, maxBytes: 16_000_000 }));
bot.use(async (ctx) => {
  const turn = `${process.pid}.${(count += 1)}`;
  const { update_id: update } = ctx.update;
  const { lane, attempt } = ctx.turn;
  write({ what: 'start', turn, lane, update, attempt, at: now() });
  const { before, after } = sendingOf(ctx, turn);
  try {
    await before?.();
    await misbehave(ctx, turn);
    ctx.session.turns.push(`${update}@${turn}`);
    ctx.session.count += 1;
    await sleep(Math.random() * slowMs);
    await after?.();
    write({ what: 'end', turn, at: now() });
  } catch (error) {
    write({ what: 'throw', turn, at: now(), cause: causeOf(error) });
    throw error;
  }
});
export default bot;

// A process that got no time to run may lose lanes like one that was stopped: the checker has to know.
let last = now();
setInterval(() => {
  const at = now();
  if (at - last > 500) write({ what: 'stall', pid: process.pid, from: last, to: at });
  last = at;
}, 50).unref();
