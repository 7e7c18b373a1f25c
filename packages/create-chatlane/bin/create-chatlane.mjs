#!/usr/bin/env node
// npm create chatlane@latest my-bot: writes the folder of a new bot.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const own = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(readFileSync(join(own, 'package.json'), 'utf8'));

const [name, ...more] = process.argv.slice(2);
if (name === undefined || name.startsWith('-') || more.length > 0) {
  fail('Name the folder of the new bot: npm create chatlane@latest my-bot', 2);
}
const folder = resolve(name);
if (existsSync(folder) && !statSync(folder).isDirectory()) fail(`${name} is a file.`, 1);
if (existsSync(folder) && readdirSync(folder).some((entry) => entry !== '.git')) {
  fail(`The folder ${name} is not empty; choose another one.`, 1);
}

mkdirSync(folder, { recursive: true });
for (const file of readdirSync(join(own, 'template'))) {
  // The template says `dot-`: npm does not pack files whose names begin with .git, and interprets some other dotfiles.
  const target = file.replace(/^dot-/, '.');
  cpSync(join(own, 'template', file), join(folder, target), { recursive: true });
}
writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest(), undefined, 2)}\n`);
console.log(`
The bot is in ${name}. Next:

  cd ${name}
  npm install
  npm run dev     # opens a simulated Telegram; save bot.ts to see it change
  npm test
`);

function manifest() {
  return {
    name: basename(folder)
      .toLowerCase()
      .replace(/[^a-z0-9-]+/g, '-'),
    version: '0.0.0',
    private: true,
    type: 'module',
    engines: { node: '>=20.19' },
    scripts: {
      dev: 'chatlane dev',
      start: 'chatlane start',
      test: 'node --import tsx --test bot.test.ts',
      check: 'tsc',
    },
    dependencies: { chatlane: `^${version}`, telegraf: '^4.16.3', zod: '^4.0.0' },
    devDependencies: { '@types/node': '^20.19.0', tsx: '^4.20.0', typescript: '^7.0.0' },
  };
}

function fail(message, code) {
  console.error(message);
  process.exit(code);
}
