import { createBot } from '@chatlane/bot';
import { createKnownChats } from '@chatlane/broadcasts';
import fc from 'fast-check';
import {
  anySequence,
  CODE,
  contact,
  pressFirst,
  say,
  sequences,
  SEQUENCES_MS,
} from '../harness/acts.js';
import { cooperate, type Replies } from '../harness/cooperative-user.js';
import { startInProcessSystem } from '../harness/in-process-system.js';

const replies: Replies = [
  [/your name\b/, say('Ann Lee')],
  [/email address/, say('ann@example.com')],
  [/phone number\?|your own number/, contact],
  [/6.digit/, say(CODE)],
  [/Is this right\?|How do you like|recommend it/, pressFirst],
  [/could be better|tell me in words/, say('Nothing.')],
  [/\bage\b|How old/, say('36')],
];

describe('the reference bot after any sequence of acts', () => {
  /** Sessions of the bot from before they had versions. */
  const beforeVersions = fc.record(
    {
      onboarding: fc.constantFrom({}, { name: 'Ann' }, { step: 'age', name: 'Ann' }),
      profile: fc.constant({ name: 'Ann', email: 'ann@example.com' }),
      __scenes: fc.record({
        current: fc.constantFrom('register', 'start', 'a scene that is gone'),
        cursor: fc.nat(4),
        state: fc.constantFrom(
          {},
          { name: 'Ann' },
          { name: 'Ann', email: 'ann@example.com' },
          { name: 7 },
        ),
      }),
    },
    { requiredKeys: [] },
  );

  it(
    'has a readable session, regardless of the initial one, and answers /help',
    async () => {
      let code = '000000';
      const inProcess = await startInProcessSystem((_, redis) =>
        createBot({
          redis,
          name: 'in-process',
          secret: 'a secret of thirty-two characters',
          ownerIds: [],
          rateLimit: false,
          chats: createKnownChats({ redis, name: 'in-process' }),
          fileIndex: {
            list: () => Promise.resolve({ files: [], total: 0 }),
            get: () => Promise.resolve(undefined),
          },
          deliverCode: ({ text }) => Promise.resolve(void (code = /\b\d{6}\b/.exec(text)![0])),
        }),
      );
      const form = ['/register', 'Ann Lee', 'ann@example.com'].map(say);
      const property = fc.asyncProperty(
        anySequence([2], [...form, contact, say(CODE), pressFirst]),
        fc.option(beforeVersions, { nil: undefined }),
        async (acts, session) => {
          const outcome = await inProcess.run(acts, {
            from: 2,
            code: () => code,
            ...(session && { session }),
            async then(talk) {
              await talk.perform(say('/language en'));
              await cooperate(talk, say('?'), replies);
              const answers = await cooperate(talk, say('/register'), replies);
              expect(answers.at(-1)).toMatch(/ registered\.|too many codes/);
            },
          });
          expect(outcome.buried).toEqual([]);
          expect(outcome.texts.at(-1)).toMatch(/\/help/);
          for (const fault of ['session-invalid', 'session-too-large', 'session-set-aside']) {
            expect(outcome.counted).not.toContain(fault);
          }
        },
      );
      try {
        await fc.assert(property, sequences(15));
      } finally {
        await inProcess.stop();
      }
    },
    SEQUENCES_MS,
  );
});
