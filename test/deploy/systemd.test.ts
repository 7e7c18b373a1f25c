import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathOf, read } from './repository.js';

const roles = ['ingress', 'worker', 'downloader'];
const folder = mkdtempSync(join(tmpdir(), 'chatlane-units-'));

beforeAll(() => {
  cpSync(pathOf('packages/deploy/systemd'), folder, { recursive: true });
  for (const file of readdirSync(folder)) {
    const path = join(folder, file);
    // systemd-analyze checks that the program exists.
    const unit = readFileSync(path, 'utf8').replace('=/usr/bin/node ', `=${process.execPath} `);
    writeFileSync(path, unit);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

function analyze(...args: string[]): { status: number | null; output: string } {
  const env = { ...process.env, SYSTEMD_UNIT_PATH: `${folder}:` };
  const { status, stdout, stderr } = spawnSync('systemd-analyze', args, { encoding: 'utf8', env });
  return { status, output: stdout + stderr };
}

// systemd exists on Linux only.
(process.platform === 'linux' ? describe : describe.skip)('the systemd units', () => {
  it('are valid', () => {
    const units = roles.map((role) => join(folder, `chatlane-${role}@0.service`));
    const { status, output } = analyze('verify', ...units, join(folder, 'chatlane.target'));
    expect(output.split('\n').filter((line) => line.includes(folder))).toEqual([]);
    expect(status).toBe(0);
  });

  it.each(roles)('leave the %s few rights', (role) => {
    const unit = join(folder, `chatlane-${role}@.service`);
    const { status, output } = analyze('security', '--offline=true', '--threshold=15', unit);
    expect([status, output.match(/Overall exposure level.*/)?.[0]]).toEqual([0, expect.anything()]);
  });

  it.each(roles)(
    'start the %s, do not restart it after invalid settings, and give it time to stop',
    (role) => {
      const unit = read(`packages/deploy/systemd/chatlane-${role}@.service`);
      expect(unit).toContain(`chatlane.mjs start --role ${role}\n`);
      expect(unit).toContain('RestartPreventExitStatus=2\n');
      const deadline = /# SHUTDOWN_DEADLINE_MS=(\d+)/.exec(read('.env.example'))?.[1];
      const timeout = /TimeoutStopSec=(\d+)/.exec(unit)?.[1];
      expect(Number(timeout) * 1_000).toBeGreaterThan(Number(deadline) + 2_000);
    },
  );
});
