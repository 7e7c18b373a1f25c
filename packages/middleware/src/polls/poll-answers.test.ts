import { Composer, Scenes } from 'telegraf';
import { z } from 'zod';
import { namedWizard } from '../scenes/named-wizard.js';
import { talkTo } from '../scenes/talk.testkit.js';
import { session } from '../session/session.js';
import type { TurnContext } from '../turn/turn.js';
import { pollAnswersInPrivate } from './poll-answers.js';

interface QuizContext extends TurnContext {
  session: Scenes.SceneSession & { choices?: number[] };
  scene: Scenes.SceneContextScene<QuizContext>;
}

const user = { id: 42, is_bot: false, first_name: 'Ann' };
const answer = { poll_id: 'p1', user, option_ids: [2] };

const quiz = namedWizard<QuizContext>()('quiz', {
  state: { choices: z.array(z.number()) },
  steps: {
    choices: {
      ask: (ctx) => ctx.reply('Which?'),
      accepts: ['poll_answer'],
      read: ({ pollAnswer }) => pollAnswer?.option_ids,
    },
  },
  done: async (ctx, { choices }) => {
    ctx.session.choices = choices;
    await ctx.reply(`${ctx.from?.first_name} chose ${choices.join()}.`);
  },
});

function quizBot() {
  const stage = new Scenes.Stage<QuizContext>([quiz]);
  stage.command('quiz', (ctx) => ctx.scene.enter('quiz'));
  const bot = new Composer<QuizContext>();
  bot.use(pollAnswersInPrivate(), session({ defaultSession: () => ({}) }), stage);
  bot.use((ctx) => ctx.reply(`outside of ${ctx.turn.lane}`));
  return bot;
}

/** A conversation in the poll's lane, and what its turns have staged. */
function inPollLane() {
  const staged: unknown[] = [];
  const stage = (kind: string, json: string | ((id: string) => string)) => {
    staged.push([kind, JSON.parse(typeof json === 'string' ? json : json('1.1'))]);
    return '1.1';
  };
  const talk = talkTo(quizBot(), undefined, {
    lane: 'p:p1',
    sessionKey: 'p:p1:42',
    outbox: { stage },
  });
  return { staged, talk };
}

describe('pollAnswersInPrivate', () => {
  it("forwards an answer from the poll's lane, without running the handlers that follow", async () => {
    const { staged, talk } = inPollLane();
    expect(await talk.send({ poll_answer: answer })).toEqual([]);
    expect(staged).toEqual([
      ['event', { lane: 'c:42', sessionUser: '42', kind: 'poll_answer', payload: answer }],
    ]);
  });

  it("handles the forwarded answer with the private chat's session and scene", async () => {
    const ann = talkTo(quizBot());
    await ann.say('/quiz');
    expect(await ann.send({ poll_answer: answer })).toEqual(['Ann chose 2.']);
    expect(JSON.parse(ann.stored!)).toEqual({ __scenes: {}, choices: [2] });
    expect(await ann.send({ poll_answer: answer })).toEqual(['outside of c:42']);
  });

  it('passes on an answer without a user, and updates that are not poll answers', async () => {
    const { staged, talk } = inPollLane();
    const voter_chat = { id: -1, type: 'channel', title: 'Channel' };
    const repliesTo = (update: object) => talk.send(update).catch((error: Error) => error.message);
    expect(await repliesTo({ poll_answer: { ...answer, user: undefined, voter_chat } })).toMatch(
      /isn't available for "poll_answer"/,
    );
    expect(await talk.say('hello')).toEqual(['outside of p:p1']);
    expect(staged).toEqual([]);
  });

  it('throws an error that names the missing outbox', async () => {
    const talk = talkTo(quizBot(), undefined, { lane: 'p:p1' });
    await expect(talk.send({ poll_answer: answer })).rejects.toThrow('ctx.turn.outbox');
  });
});
