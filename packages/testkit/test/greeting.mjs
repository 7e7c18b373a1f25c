// A test for node:test, as the author of a bot would write it. `runners.test.ts` runs this file.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { chat } from '@chatlane/testkit';
import { Composer, session } from 'telegraf';

const bot = new Composer();
bot.use(session({ defaultSession: () => ({ count: 0 }) }));
bot.command('break', () => Promise.reject(new Error('broken on purpose')));
bot.on('message', (ctx) => ctx.reply(`Message ${++ctx.session.count}`));

it('counts messages', async () => {
  const test = await chat(bot);
  await test.user.says('a');
  await test.user.says('b');
  await test.user.sees('Message 2');
  assert.deepEqual(await test.user.session(), { count: 2 });
  await test.close();
});

it('need not be closed', async () => {
  const { user } = await chat(bot);
  await user.says('a');
  await user.sees('Message 1');
});

it('fails with the error of the handler', async () => {
  const { user } = await chat(bot);
  await user.says('/break');
});
