// Chatlane's own bot in a worker that kills itself in the middle of a group's move. The file DIE holds how many steps
// of moves are left to be done, by all workers together; whoever comes to the next one takes the file away, and dies.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { createBot } from '@chatlane/bot';
import { Redis } from 'ioredis';

const file = process.env.DIE;
const lua = new URL('../../packages/lanes/lua/', import.meta.url);

/** As defineScript names it: the shared files come first. */
function sha(...names) {
  const source = names.map((name) => readFileSync(new URL(`${name}.lua`, lua), 'utf8')).join('\n');
  return createHash('sha1').update(source).digest('hex');
}
const steps = [sha('move-load'), sha('put-in-order', 'move-unload'), sha('move-clear')];

function step() {
  if (!existsSync(file)) return;
  const left = Number(readFileSync(file, 'utf8'));
  if (left > 0) return writeFileSync(file, String(left - 1));
  unlinkSync(file);
  process.kill(process.pid, 'SIGKILL');
}

const { sendCommand } = Redis.prototype;
Redis.prototype.sendCommand = function (command, ...rest) {
  if (command.name.toLowerCase() === 'evalsha' && steps.includes(String(command.args[0]))) step();
  return sendCommand.call(this, command, ...rest);
};

export default createBot();
