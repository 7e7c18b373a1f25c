import type { z } from 'zod';

/** A problem with one setting. `problem` states the rule and never shows a secret. */
export interface ConfigFault {
  /** The name of the environment variable. */
  setting: string;
  /** The rule that the value breaks, as a continuation of the setting's name. */
  problem: string;
}

/** The environment is invalid. `message` lists every problem, one per line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  /** Every problem, in the order of the settings. */
  readonly faults: readonly ConfigFault[];

  constructor(faults: readonly ConfigFault[]) {
    super(faults.map(({ setting, problem }) => `${setting}: ${problem}`).join('\n'));
    this.faults = faults;
  }
}

/**
 * Reads settings with a zod schema whose keys are names of environment variables. Values are trimmed, and an empty one
 * counts as absent, so that `NAME=` in a `.env` file means "the default".
 *
 * A rule between settings is a `refine` with `when: () => true`. Otherwise zod skips it while another setting is
 * invalid, and the problems are reported in two rounds.
 *
 * @throws {ConfigError} that lists every problem
 * @example
 * const schema = z.object({ ...commonSettings(readRedisUrl), INGRESS_PORT: setting.port(3000) });
 * const { INGRESS_PORT } = readConfig(schema, env);
 */
export function readConfig<S extends z.ZodType>(
  schema: S,
  env: Readonly<Record<string, string | undefined>>,
): z.output<S> {
  const given = Object.entries(env)
    .map(([name, value]) => [name, value?.trim()] as const)
    .filter(([, value]) => value);
  const result = schema.safeParse(Object.fromEntries(given));
  if (result.success) return result.data;
  const faults = new Map<string, ConfigFault>();
  for (const { path, message: problem } of result.error.issues) {
    // Several items of a list may have the same problem, which is reported once.
    const setting = path.length > 0 ? String(path[0]) : 'environment';
    faults.set(`${setting} ${problem}`, { setting, problem });
  }
  throw new ConfigError([...faults.values()]);
}
