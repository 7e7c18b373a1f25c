import { createBot } from '@chatlane/bot';
import fc from 'fast-check';
import { anySequence, CODE, contact, pressFirst, say, sequences } from '../harness/acts.js';
import { startRehearsal } from '../harness/rehearsal.js';

const LONG_MS = 300_000;

describe('any sequence with the reference bot', () => {
  /** What the bot left behind before its sessions had versions. */
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
    'leaves a session that is read again, whatever it was before, and answers /help',
    async () => {
      let code = '000000';
      const rehearsal = await startRehearsal((_, redis) =>
        createBot({
          redis,
          name: 'rehearsal',
          secret: 'a secret of thirty-two characters',
          ownerIds: [],
          rateLimit: false,
          deliverCode: ({ text }) => Promise.resolve(void (code = /\b\d{6}\b/.exec(text)![0])),
        }),
      );
      const form = ['/register', 'Ann Lee', 'ann@example.com'].map(say);
      const property = fc.asyncProperty(
        anySequence([2], [...form, contact, say(CODE), pressFirst]),
        fc.option(beforeVersions, { nil: undefined }),
        async (acts, session) => {
          const outcome = await rehearsal.run(acts, {
            from: 2,
            code: () => code,
            ...(session && { session }),
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
        await rehearsal.stop();
      }
    },
    LONG_MS,
  );
});
