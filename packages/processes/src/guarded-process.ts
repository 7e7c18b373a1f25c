import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';

/** A server to start. */
export interface GuardedCommand {
  /** The path of the program. */
  command: string;
  /** Its arguments. */
  args: readonly string[];
  /** Its whole environment. */
  env: Record<string, string | undefined>;
  /** The signal that the server gets when this process is gone. */
  endWith: 'TERM' | 'QUIT';
  /** The user it runs as. Default: the user of this process. */
  as?: Pick<SpawnOptions, 'uid' | 'gid'>;
}

/**
 * Starts a server that ends with this process, in a separate process group (a terminal's Ctrl-C does not reach it). The
 * child's pid, signals and exit code are those of the server.
 */
export function spawnGuarded({ command, args, env, endWith, as }: GuardedCommand): ChildProcess {
  // The server replaces the shell (exec). The background reader sees the end of stdin when this process is gone for any
  // reason, and then ends the server.
  const guarded = `exec 3<&0; (cat <&3; kill -${endWith} "$$") >/dev/null 2>&1 & exec "$@" </dev/null 3<&-`;
  const child = spawn('/bin/sh', ['-c', guarded, 'sh', command, ...args], {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env,
    ...as,
  });
  child.stdin?.on('error', () => undefined);
  child.once('exit', () => child.stdin?.destroy());
  return child;
}
