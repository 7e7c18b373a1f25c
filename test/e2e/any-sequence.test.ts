import { lanePrefix } from '@chatlane/lanes';
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
import { cooperate, type Replies } from '../harness/cooperative-user.js';
import { startAnySequenceSystem, type Trouble } from '../harness/any-sequence-system.js';
import {
  startInProcessSystem,
  type BotOfVersion,
  type Outcome,
  type Talk,
} from '../harness/in-process-system.js';

interface Versions {
  createVersion: (version: number) => BotOfVersion;
  schemas: Record<number, { safeParse(value: unknown): { success: boolean } }>;
}
const { createVersion, schemas } = (await import(
  String(new URL('../harness/any-version-bot.mjs', import.meta.url))
)) as Versions;

/** Completes the form in any version, or gets far into it. */
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

/** The resulting session in each version. */
const [name, email, age, stars] = ['Ann Lee', 'ann@example.com', 36, 1];
const finished: Record<number, object> = {
  1: { form: { name, email } },
  2: { form: { name, email, age }, rating: stars },
  3: { form: { name: { full: name }, email, phone: '+15550001001' }, rating: { stars } },
};

/** The version of a stored session, the user's scene, and its content without Telegraf's scene state. */
function open(stored: unknown): { version: number; scene: string | undefined; own: object } {
  const { chatlaneSession: version = 1, value = stored } = (stored ?? {}) as {
    chatlaneSession?: number;
    value?: unknown;
  };
  const { __scenes: scenes, ...own } = { ...(value as { __scenes?: { current?: string } }) };
  return { version, scene: scenes?.current, own };
}

/** From any state, a cooperative user can leave the scene and then complete the form and the survey. */
async function finish(talk: Talk, to: number): Promise<void> {
  const { version, scene } = open(await talk.session());
  const [said] = await cooperate(talk, say('?'), replies);
  // A deploy does not throw a user out of the form.
  if (scene === 'form' && version <= to) expect(said).not.toBe('what?');
  await talk.perform(say('/register'));
  expect(await cooperate(talk, say('/cancel'), replies)).toEqual(['cancelled']);
  expect(await cooperate(talk, say('?'), replies)).toEqual(['what?']);
  expect((await cooperate(talk, say('/register'), replies)).at(-1)).toBe('done');
  expect((await cooperate(talk, say('/survey'), replies)).at(-1)).toBe('thanks');
  expect(open(await talk.session()).own).toMatchObject(finished[to]!);
}

function expectToFit(stored: unknown): void {
  const { version, own } = open(stored);
  const fits = schemas[version]?.safeParse(own).success;
  expect({ version, own, fits }).toEqual({ version, own, fits: true });
}

const register = say('/register');
const dying = (act: Act, dies: number): Act => ({ ...act, dies }) as Act;
/** Sequences that each found a deliberate bug: the user's acts, and the versions before and after a deploy. */
const known: [acts: Act[], from: number, to: number][] = [
  [[register], 1, 1],
  // The session is migrated through every version, and the user stays in the form.
  [[say('hello'), { act: 'photo' }], 1, 3],
  [[register, say('Ann Lee')], 1, 2],
  // An answer with a new shape, a removed step, a new step, outdated buttons.
  [[register, say('Ann Lee'), say('ann@example.com')], 1, 3],
  [[register, say('Ann Lee')], 2, 3],
  [[register, say('Ann Lee'), say('ann@example.com')], 1, 2],
  [[register, say('Ann Lee'), say('36'), say('ann@example.com'), pressFirst], 2, 3],
  // A worker that dies before, between and after its messages.
  [[dying(register, 0), dying(say('Ann Lee'), 0), dying(say('ann@example.com'), 1)], 1, 1],
  [[register, dying(say('Ann Lee'), 1), say('ann@example.com'), dying(pressFirst, 1)], 1, 2],
  // A user in the survey, whose scenes are renamed later, and a rollback from newer code.
  [[say('/survey'), pressFirst], 1, 2],
  [[say('/survey'), dying(pressFirst, 1), say('It is slow.')], 2, 3],
  [[register, say('ann@example.com')], 3, 1],
];

/** Expects that only code older than a session sets it aside. */
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
    'leaves a session that fits the schema of its version, and a bot that answers',
    async () => {
      const inProcess = await startInProcessSystem((version) => createVersion(version));
      const version = fc.constantFrom(1, 2, 3);
      const property = fc.asyncProperty(
        anySequence([1, 2, 3], script),
        version,
        version,
        async (acts, from, to) => {
          const all: Act[] = [...acts, { act: 'deploy', version: to, workers: 'both' }];
          const outcome = await inProcess.run(all, { from, then: (talk) => finish(talk, to) });
          expect(outcome.buried).toEqual([]);
          expect(outcome.texts.at(-1)).toBe(`help ${to}`);
          expect(outcome.counted).not.toContain('session-invalid');
          expectToFit(outcome.session);
          expectNothingAside(all, from, outcome);
        },
      );
      try {
        await fc.assert(property, { ...sequences(known.length + 10), examples: known });
      } finally {
        await inProcess.stop();
      }
    },
    SEQUENCES_MS,
  );

  it(
    'leaves real workers that answer, with sessions that fit their schema',
    async () => {
      const { system, run } = await startAnySequenceSystem();
      const users = fc.array(anySequence([], script), { minLength: 8, maxLength: 8 });
      const deploy = fc.constantFrom<Trouble>('deploy 1', 'deploy 2', 'deploy 3');
      // Kills and deploys, each between rounds without trouble, in which sessions get the shape of the new version.
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
          const json = await system.redis.get(
            `${lanePrefix('chatlane', `c:${chat}`)}:session:c:${chat}:${chat}`,
          );
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
