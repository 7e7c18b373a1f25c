import { platform } from 'node:os';
import { findCommand } from '../find-command.js';

const managers: [command: string, install: string][] = [
  ['brew', 'brew install redis'],
  ['apt-get', 'sudo apt-get update && sudo apt-get install -y redis-server'],
  ['dnf', 'sudo dnf install -y redis   (or: sudo dnf install -y valkey)'],
  ['pacman', 'sudo pacman -S valkey'],
  ['zypper', 'sudo zypper install redis'],
  ['apk', 'sudo apk add redis'],
];

/** Commands that install Redis: with this machine's package manager, and with Docker. */
export function redisAdvice(path: string = process.env['PATH'] ?? ''): string {
  const known = managers.filter(([command]) => findCommand([command], path));
  // Without a known package manager, suggest the usual one of this platform.
  const usual = managers.filter(([command]) => (command === 'brew') === (platform() === 'darwin'));
  const install = known[0] ?? usual[0]!;
  return [
    'Redis is not installed on this machine. Each of these installs or starts one:',
    `  ${install[1]}`,
    '  docker run -d --rm -p 127.0.0.1:6379:6379 redis:7   and then: REDIS_URL=redis://127.0.0.1:6379 npm start',
    'Or set REDIS_URL to an existing Redis.',
  ].join('\n');
}
