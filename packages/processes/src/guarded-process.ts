import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';

/** A server to start, and how it is told to end. */
export interface GuardedCommand {
  command: string;
  args: readonly string[];
  env: Record<string, string | undefined>;
  /** Sent when this process is gone. */
  endWith: 'TERM' | 'QUIT';
  /** Whom it runs as. Default: as this process. */
  as?: Pick<SpawnOptions, 'uid' | 'gid'>;
}

/**
 * Starts a server that ends with this process, in a process group of its own (a terminal's Ctrl-C does not reach it).
 * Its pid, signals and exit code are the child's own.
 */
export function spawnGuarded({ command, args, env, endWith, as }: GuardedCommand): ChildProcess {
  // The server takes the shell's place (exec). The reader left behind sees the end of stdin when this
  // process is gone, however it went, and ends the server.
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
