import fc from 'fast-check';

/** An action of a user, or a deploy of the workers. */
export type Act =
  | { act: 'say'; texts: string[]; dies?: number | undefined }
  | { act: 'press'; what: 'current' | 'old' | 'forged'; pick: number; dies?: number | undefined }
  | { act: 'photo' | 'own contact' | 'contact of another'; dies?: number | undefined }
  | { act: 'deploy'; version: number; workers: 'both' | 'one' };

export const say = (text: string): Act => ({ act: 'say', texts: [text] });
export const contact: Act = { act: 'own contact' };
export const pressFirst: Act = { act: 'press', what: 'current', pick: 0 };

const count = process.env['SEQUENCES'];

/** SEQUENCES=1000 makes a long run. A failing sequence is shrunk and printed with its seed. */
export const sequences = (byDefault: number) => ({
  numRuns: Number(count ?? byDefault),
  ...(count === undefined && { interruptAfterTimeLimit: 250_000 }),
});

/** Time limit of the test that runs the sequences. */
export const SEQUENCES_MS = count === undefined ? 300_000 : Number(count) * 10_000;

/** Placeholder text that is replaced by the last one-time code. */
export const CODE = '<code>';

const words = [
  CODE,
  'Ann Lee',
  'ann@example.com',
  '36',
  '000000',
  '',
  '🦀'.repeat(80),
  '__proto__',
];
const commands = ['/start', '/register', '/survey', '/settings', '/language de', '/profile'].concat(
  ['/cancel', '/reset', '/help', '/nonsense'],
);

/**
 * Random sequences of acts. They often contain (parts of) `script`, the acts of a cooperative user, so that they get far into
 * a wizard.
 */
export function anySequence(versions: readonly number[], script: readonly Act[]) {
  // With `dies`, the worker dies at that Bot API call of the turn's first attempt, or before its commit if there are fewer calls.
  const dies = fc.oneof(
    { weight: 3, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.nat(3) },
  );
  const text = fc.constantFrom(...commands, ...words);
  const say = fc.record({
    act: fc.constant('say' as const),
    texts: fc.array(text, { minLength: 1, maxLength: 3 }),
    dies,
  });
  const press = fc.record({
    act: fc.constant('press' as const),
    what: fc.constantFrom('current' as const, 'old' as const, 'forged' as const),
    pick: fc.nat(30),
    dies,
  });
  const send = fc.record({
    act: fc.constantFrom('photo' as const, 'own contact' as const, 'contact of another' as const),
    dies,
  });
  const deploy = fc.record({
    act: fc.constant('deploy' as const),
    version: versions.length === 0 ? fc.constant(0) : fc.constantFrom(...versions),
    workers: fc.constantFrom('both' as const, 'one' as const),
  });
  // The script, either cut short or with a deploy in the middle.
  const scripted = fc
    .tuple(fc.nat(script.length), dies, fc.boolean(), deploy)
    .map(([at, dies, whole, between]): Act[] => {
      const acts = script.map((each) => ({ ...each, dies }) as Act);
      const more = versions.length === 0 ? [] : [between];
      return whole ? acts.toSpliced(1 + (at % 4), 0, ...more) : acts.slice(0, at);
    });
  const one = fc.oneof(
    { weight: 4, arbitrary: say },
    { weight: 4, arbitrary: press },
    { weight: 2, arbitrary: send },
    { weight: versions.length === 0 ? 0 : 2, arbitrary: deploy },
  );
  const some = fc.oneof(
    { weight: 4, arbitrary: one.map((each): Act[] => [each]) },
    { weight: 2, arbitrary: scripted },
  );
  return fc.array(some, { minLength: 1, maxLength: 12 }).map((parts) => parts.flat());
}
