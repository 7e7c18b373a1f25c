// A bot before and after a deploy: SESSIONS_CODE is the version of its sessions. It has one session per user in a chat and
// one per chat; both count messages, and the text of a message says how its handler ends.
import { perChat, session } from '@chatlane/middleware';
import { Composer } from 'telegraf';

const version = Number(process.env.SESSIONS_CODE);
const steps = {
  2: (old) => ({ mine: old.count, notes: ['from 1'] }),
  3: (old) => ({ ...old, notes: [...old.notes, 'from 2'] }),
};

const bot = new Composer();
bot.use(
  session({
    version,
    migrations: Object.fromEntries(Object.entries(steps).filter(([step]) => step <= version)),
    defaultSession: () => (version === 1 ? { count: 0 } : { mine: 0, notes: [] }),
    maxBytes: 1_000,
  }),
  session({
    property: 'chatSession',
    getSessionKey: perChat,
    defaultSession: () => ({ ours: 0 }),
    ttlSeconds: 1_000,
  }),
);
bot.on('message', async (ctx) => {
  const mine = version === 1 ? 'count' : 'mine';
  ctx.session[mine] += 1;
  ctx.chatSession.ours += 1;
  const { text } = ctx.message;
  if (text === 'grow') ctx.session.diary = 'dear diary '.repeat(100);
  if (text === 'throw') throw Object.assign(new Error('as asked'), { nextAction: 'never' });
  if (text === 'kill' && ctx.turn.attempt === 1) process.kill(process.pid, 'SIGKILL');
  if (text === 'forget') ctx.session = null;
  const notes = ctx.session?.notes ? ` ${ctx.session.notes.join(', ')}` : '';
  await ctx.reply(`v${version} ${ctx.session?.[mine]}/${ctx.chatSession.ours}${notes}`);
});
export default bot;
