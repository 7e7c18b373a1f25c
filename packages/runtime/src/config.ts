import type { z } from 'zod';

/** One thing that is wrong with one setting. `problem` says what would be right and never shows a secret. */
export interface ConfigFault {
  setting: string;
  problem: string;
}

/** The environment cannot be used. Lists every fault at once, one line each in `message`. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: readonly ConfigFault[];

  constructor(faults: readonly ConfigFault[]) {
    super(faults.map(({ setting, problem }) => `${setting}: ${problem}`).join('\n'));
    this.faults = faults;
  }
}

/**
 * Reads settings with a zod schema whose keys are the names of environment variables.
 * Values are trimmed, and an empty one counts as absent, so that `NAME=` in a `.env` file means "the default".
 *
 * A rule between settings is a `refine` with `when: () => true`, else zod leaves it out while another setting is
 * faulty, and the faults would come in two rounds.
 *
 * @throws {ConfigError} with every fault: the setting, the problem, what would be right.
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
    // Of a list several parts may be at fault, each with the same words.
    const setting = path.length > 0 ? String(path[0]) : 'environment';
    faults.set(`${setting} ${problem}`, { setting, problem });
  }
  throw new ConfigError([...faults.values()]);
}
