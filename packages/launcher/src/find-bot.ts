import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const usual = ['bot.ts', 'bot.js', 'bot.mjs', 'src/bot.ts'];

/**
 * Returns the path of the bot's module.
 *
 * @param named the path that the user has given; by default a file with a usual name, or `main` of package.json
 * @param fault called with the text of the error when there is no such file
 */
export function findBot(named: string | undefined, fault: (text: string) => void): string {
  const candidates = named === undefined ? [...usual, ...mainOfPackage()] : [named];
  const found = candidates.find((path) => existsSync(path));
  if (found !== undefined) return resolve(found);
  fault(
    named === undefined
      ? `BOT_MODULE: there is no ${usual.join(', ')} here; name your bot's file: chatlane dev my-bot.ts`
      : `BOT_MODULE: there is no file ${resolve(named)}`,
  );
  return '';
}

function mainOfPackage(): string[] {
  try {
    const { main } = JSON.parse(readFileSync('package.json', 'utf8')) as { main?: unknown };
    return typeof main === 'string' ? [main] : [];
  } catch {
    return [];
  }
}
