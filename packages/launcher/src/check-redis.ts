import { withoutCredentials } from './banner.js';
import { LaunchError } from './launch-error.js';
import { runOps } from './run-ops.js';

/**
 * Pings the Redis with the operator's command line, which accepts every form of address that the processes accept: a
 * server, the nodes of a cluster, Sentinels.
 *
 * @throws LaunchError that names REDIS_URL if the address is invalid, Redis does not answer, or it refuses the user, the
 *   password or the database. The error does not contain the password.
 */
export async function checkRedis(url: string, env: Record<string, string>): Promise<void> {
  try {
    await runOps('ping', { ...env, REDIS_URL: url });
  } catch (error) {
    const { code, stderr = String(error) } = error as { code?: unknown; stderr?: string };
    // Invalid settings, one per line.
    const refused = [...stderr.matchAll(/^ +([A-Z][A-Z0-9_]*: .*)$/gm)].map(([, line]) => line!);
    if (code === 2 && refused.length > 0) throw new LaunchError(refused, 2);
    const reason = /\((.*)\)/.exec(stderr)?.[1] ?? stderr.trim();
    const place = withoutCredentials(url);
    const problem = stderr.includes('refuses the connection')
      ? `Redis at ${place} refuses the connection (${reason}); correct the user, the password or the database`
      : `no Redis answers at ${place} (${reason}); start it or correct the address`;
    throw new LaunchError([`REDIS_URL: ${problem}, or unset REDIS_URL to use a private Redis`], 1);
  }
}
