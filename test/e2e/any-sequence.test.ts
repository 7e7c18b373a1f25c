import fc from 'fast-check';
import {
  anySequence,
  contact,
  pressFirst,
  say,
  sequences,
  SEQUENCES_MS,
  type Act,
} from '../harness/acts.js';
import { doAllRight, type Replies } from '../harness/all-right.js';
import { startAnySequenceSystem, type Trouble } from '../harness/any-sequence-system.js';
import {
  startRehearsal,
  type BotOfVersion,
  type Outcome,
  type Talk,
} from '../harness/rehearsal.js';

interface Versions {
  createVersion: (version: number) => BotOfVersion;
  schemas: Record<number, { safeParse(value: unknown): { success: boolean } }>;
}
const { createVersion, schemas } = (await import(
  String(new URL('../harness/any-version-bot.mjs', import.meta.url))
)) as Versions;

/** Gets through the form in any version, or far into it. */
const script = ['/register', 'Ann Lee', 'ann@example.com', '36', 'ann@example.com', 'Ann Lee']
  .map(say)
  .concat(contact, pressFirst);

const replies: Replies = [
  [/^name\?/, say('Ann Lee')],
  [/^age\?/, say('36')],
  [/^email\?/, say('ann@example.com')],
  [/^phone\?/, contact],
  [/^right\?/, pressFirst],
  [/^stars\?/, pressFirst],
  [/^why\?/, say('It is fast.')],
];

/** What is kept of that in each version. */
const forms: Record<number, object> = {
  1: { name: 'Ann Lee', email: 'ann@example.com' },
  2: { name: 'Ann Lee', email: 'ann@example.com', age: 36 },
  3: { name: { full: 'Ann Lee' }, email: 'ann@example.com', phone: '+15550001001' },
};

/** Wherever the sequence has led, who does all right gets out of it, and through the form. */
async function finish(talk: Talk, acts: readonly Act[]): Promise<void> {
  const deploy = acts.findLast((act) => act.act === 'deploy');
  if (deploy?.workers === 'one') await talk.perform({ ...deploy, workers: 'both' });
  await doAllRight(talk, say('?'), replies);
  expect(await doAllRight(talk, say('?'), replies)).toBe('what?');
  expect(await doAllRight(talk, say('/register'), replies)).toBe('done');
}

/** Its version, and its content without what Telegraf keeps of the scene. */
function open(stored: unknown): { version: number; own: object } {
  const { chatlaneSession: version = 1, value = stored } = (stored ?? {}) as {
    chatlaneSession?: number;
    value?: unknown;
  };
  const own = { ...(value as object) };
  Reflect.deleteProperty(own, '__scenes');
  return { version, own };
}

function expectToFit(stored: unknown): void {
  const { version, own } = open(stored);
  const fits = schemas[version]?.safeParse(own).success;
  expect({ version, own, fits }).toEqual({ version, own, fits: true });
}

/** A session is set aside only by code that is older than it. */
function expectNothingAside(acts: readonly Act[], from: number, { counted, session }: Outcome) {
  const deploys = acts.filter((act) => act.act === 'deploy');
  const versions = [from, ...deploys.map(({ version }) => version)];
  const forward = versions.every((each, at) => at === 0 || each >= versions[at - 1]!);
  if (!forward || deploys.some(({ workers }) => workers === 'one')) return;
  expect(counted).not.toContain('session-newer');
  expect(counted).not.toContain('session-set-aside');
  expect(open(session).version).toBe(versions.at(-1));
}

describe('any sequence of messages, buttons, deaths and deploys', () => {
  it(
    'leaves a session that the schema of its version accepts, and a bot that answers',
    async () => {
      const rehearsal = await startRehearsal((version) => createVersion(version));
      const versions = fc.constantFrom(1, 2, 3);
      const property = fc.asyncProperty(
        anySequence([1, 2, 3], script),
        versions,
        async (acts, from) => {
          const outcome = await rehearsal.run(acts, {
            from,
            then: (talk) => finish(talk, acts),
          });
          expect(outcome.buried).toEqual([]);
          expect(outcome.texts.at(-1)).toMatch(/^help [123]$/);
          expect(outcome.counted).not.toContain('session-invalid');
          expectToFit(outcome.session);
          const { version, own } = open(outcome.session);
          expect(own).toMatchObject({ form: forms[version] });
          expectNothingAside(acts, from, outcome);
        },
      );
      try {
        await fc.assert(property, sequences(15));
      } finally {
        await rehearsal.stop();
      }
    },
    SEQUENCES_MS,
  );

  it(
    'leaves real workers that answer, and sessions of their schema',
    async () => {
      const { system, run } = await startAnySequenceSystem();
      const users = fc.array(anySequence([], script), { minLength: 8, maxLength: 8 });
      const deploy = fc.constantFrom<Trouble>('deploy 1', 'deploy 2', 'deploy 3');
      // Kills and deploys, each with a round before it in which sessions get another shape.
      const troubles = fc
        .tuple(
          deploy,
          fc.shuffledSubarray<Trouble>(['kill', 'kill', 'deploy 2', 'deploy 3'], { minLength: 4 }),
        )
        .map(([first, more]) =>
          ['none', first, ...more].flatMap((each): Trouble[] => [each as Trouble, 'none']),
        );
      const property = fc.asyncProperty(users, troubles, async (acts, during) => {
        for (const [chat, answer] of await run(acts, during)) {
          expect(answer).toMatch(/^help [123]$/);
          const json = await system.redis.get(`{chatlane:0}:session:c:${chat}:${chat}`);
          expectToFit(JSON.parse(json!));
        }
        expect(await system.operator.deadLetters.list()).toEqual([]);
      });
      try {
        await fc.assert(property, { numRuns: 1, endOnFailure: true });
      } finally {
        await system.stop();
      }
    },
    SEQUENCES_MS,
  );
});
