// A bot that only keeps books. Each session lists the turns that were committed; every turn leaves lines in the
// file LEDGER: its start, the sending of its message, and its end as far as the handler is concerned. The text
// of a message says how its handler behaves: `slow 800`, `throw 2`, `hang`, `stuck`, `freeze 3000`, `poison`, or well.
import { appendFileSync } from 'node:fs';
import { once } from 'node:events';
import { setInterval } from 'node:timers';
import { setTimeout as sleep } from 'node:timers/promises';
import { session } from '@chatlane/middleware';
import { Composer } from 'telegraf';

const file = process.env.LEDGER;
const slowMs = Number(process.env.LEDGER_SLOW_MS ?? 5);
const sends = process.env.LEDGER_SENDS === 'yes';
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
  const send = async () => {
    if (!sends) return;
    write({ what: 'send', turn, at: now() });
    await ctx.reply(`${update}@${turn}`);
  };
  // Who lost the lane and sends last is silenced before it can commit; who sent first has only the commit's fence.
  const sendsFirst = update % 3 > 0;
  try {
    if (sendsFirst) await send();
    await misbehave(ctx, turn);
    ctx.session.turns.push(`${update}@${turn}`);
    ctx.session.count += 1;
    await sleep(Math.random() * slowMs);
    if (!sendsFirst) await send();
    write({ what: 'end', turn, at: now() });
  } catch (error) {
    write({ what: 'throw', turn, at: now() });
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
