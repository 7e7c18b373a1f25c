import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** A program that listens on a port. */
export interface ForkedProgram {
  child: ChildProcess;
  pid: number;
  port: number;
  stop(): Promise<void>;
}

/** The program gets only the given environment, not that of this process. */
export async function forkProgram(
  file: URL,
  args: readonly string[],
  env: Record<string, string>,
): Promise<ForkedProgram> {
  const child = fork(file, args, { env, execArgv: [] });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return {
    child,
    pid: child.pid!,
    port,
    async stop() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
