// A bot that records its turns. Each session lists the committed turns. Every turn appends lines to the file LEDGER: its
// start, each send of a message, and the end of its handler. The text of a message says how its handler behaves:
// `slow 800`, `throw 2`, `hang`, `stuck`, `freeze 3000`, `poison`; any other text is handled normally.
// LEDGER_SENDS says what a turn sends. `mark`: one message that names the turn; it bypasses the effect journal, because
// its text differs in each run of the handler. `answers`: three messages that are the same in each run. `mixed`: answers
// for a third of the updates, marks for the others. Absent: nothing.
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
/** Milliseconds for which a hanging handler ignores its signal. */
const hangMs = Number(process.env.LEDGER_HANG_MS ?? 8_000);

/** Milliseconds on the monotonic clock that all processes of the machine share. */
const now = () => Number(process.hrtime.bigint()) / 1e6;

/** A short append is atomic. */
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
    // Measured from here, not from the start: a process that was frozen sees the deadline and the end at the same moment.
    if (!signal.aborted) await once(signal, 'abort');
    await sleep(hangMs);
    ctx.session.half.push(turn);
  }
  // Hangs until its process exits.
  if (name === 'stuck' && attempt === 1) await new Promise(() => undefined);
  if (name === 'freeze' && attempt === 1) {
    const until = now() + amount;
    // Recorded first, because a process that is killed while frozen can no longer record anything.
    write({ what: 'stall', pid: process.pid, from: now(), to: until });
    while (now() < until);
  }
}

/** Bypasses the journal, because the mark of another run is not a repetition of this one. */
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
  // After one turn of the event loop, the record of the result has been sent to Redis. A process killed before that counts
  // as not having read the result.
  setImmediate(() => setImmediate(() => write({ what: 'answered', turn, number, at: now() })));
}

/** True if Telegram refused the message or was not reached. */
function isRefusal(error) {
  return error.errorCode !== undefined || error.maybeSent === false;
}

/** What a turn sends before and after its handler's work. */
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
  // If a turn that lost its lane sends last, the send already fails; if it sends first, only the fence of the commit stops it.
  return update % 3 > 0 ? { before: () => mark(ctx, turn) } : { after: () => mark(ctx, turn) };
}

/** `over`: the turn had ended and could no longer send. `client`: the call itself failed. */
function causeOf(error) {
  if (error?.nextAction === undefined) return 'handler';
  return error.nextAction === 'over' ? 'over' : 'client';
}

let count = 0;
const bot = new Composer();
const defaultSession = () => ({ turns: [], count: 0, half: [] });
/** This user writes in other users' chats. Each lane has one record, in the session of the chat's own user. */
const stranger = 999;
const getSessionKey = ({ from, turn }) =>
  from?.id === stranger ? `${turn.lane}:${turn.lane.split(':')[1]}` : turn.sessionKey;
// A long run records more turns than the default session size allows.
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

// A process that got no CPU may lose lanes like a frozen one, so it records that for the checker.
let last = now();
setInterval(() => {
  const at = now();
  if (at - last > 500) write({ what: 'stall', pid: process.pid, from: last, to: at });
  last = at;
}, 50).unref();
