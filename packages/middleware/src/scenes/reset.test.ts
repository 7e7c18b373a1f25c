import { jest } from '@jest/globals';
import { Composer } from 'telegraf';
import { session } from '../session/session.js';
import type { TurnContext } from '../turn/turn.js';
import { reset } from './reset.js';
import { talkTo } from './talk.testkit.js';

interface NotesContext extends TurnContext {
  session: { notes: string[] };
}

function bot(options: Partial<Parameters<typeof reset<NotesContext>>[0]> = {}) {
  const made = new Composer<NotesContext>();
  made.use(reset({ done: 'All is forgotten.', ...options }));
  made.use(session<NotesContext>({ defaultSession: () => ({ notes: [] }) }));
  made.use((ctx) => ctx.reply(`${ctx.session.notes.push('x')}`));
  return made;
}

describe('reset', () => {
  it.each(['{"notes":["a"]}', '{"notes":null}', 'no JSON at all'])(
    'clears the session without reading it: %s',
    async (stored) => {
      const ann = talkTo(bot(), stored);
      expect(await ann.say('/reset')).toEqual(['All is forgotten.']);
      expect(ann.stored).toBeUndefined();
      expect(await ann.say('hello')).toEqual(['1']);
    },
  );

  it('passes on everything but its command', async () => {
    const ann = talkTo(bot(), '{"notes":["a"]}');
    expect(await ann.say('reset')).toEqual(['2']);
  });

  it('clears further sessions, and what is stored elsewhere', async () => {
    const staged: unknown[] = [];
    const sessions = {
      get: () => Promise.resolve(undefined),
      stage: (...write: unknown[]) => void staged.push(write),
    };
    const also = jest.fn();
    const keys = ({ turn }: NotesContext) => [`${turn.lane}:all`];
    await talkTo(bot({ keys, also }), undefined, { sessions }).say('/reset');
    expect(staged).toEqual([
      ['c:42:42', undefined],
      ['c:42:all', undefined],
    ]);
    expect(also).toHaveBeenCalledTimes(1);
  });

  it('answers and clears nothing if there is no session', async () => {
    const ann = talkTo(bot(), undefined, { sessionKey: undefined });
    expect(await ann.say('/reset')).toEqual(['All is forgotten.']);
  });
});
