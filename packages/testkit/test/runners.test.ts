import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { until } from '@chatlane/testing';

const folder = fileURLToPath(new URL('.', import.meta.url));

describe('the testkit outside of jest (needs a build)', () => {
  it("works with node:test, which exits even if chats are still open, and shows a handler's error", async () => {
    const run = promisify(execFile)(
      process.execPath,
      ['--test', '--test-reporter=tap', 'greeting.mjs'],
      { cwd: folder, env: { PATH: process.env['PATH'] } },
    );
    const { code, stdout }: Ended = await run.catch((error: unknown) => error as Ended);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^\s*ok 1 - counts messages$/m);
    expect(stdout).toMatch(/^\s*ok 2 - need not be closed$/m);
    expect(stdout).toMatch(/^\s*not ok 3 - fails with the error of the handler$/m);
    expect(stdout).toContain(`error: 'broken on purpose'`);
    expect(stdout).toMatch(/file:.*greeting\.mjs:9/);
  });

  it('leaves no Redis behind when its process is killed', async () => {
    const script = `
      import { chat } from '@chatlane/testkit';
      import { Composer } from 'telegraf';
      const { user } = await chat(new Composer((ctx) => ctx.reply('hello')));
      await user.says('a');
      console.log('talking');
      setInterval(() => undefined, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { cwd: folder });
    await once(createInterface(child.stdout), 'line');
    const servers = (await processes()).filter(({ parent }) => parent === child.pid);
    expect(servers.map(({ command }) => command)).toEqual([expect.stringContaining('redis')]);
    child.kill('SIGKILL');
    await until(async () => !(await processes()).some(({ pid }) => pid === servers[0]!.pid));
  });
});

interface Ended {
  code?: number | undefined;
  stdout: string;
}

async function processes(): Promise<{ pid: number; parent: number; command: string }[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,command=']);
  return stdout.split('\n').flatMap((line) => {
    const [, pid, parent, command = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid === undefined ? [] : { pid: Number(pid), parent: Number(parent), command };
  });
}
