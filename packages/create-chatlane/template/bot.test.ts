import { test } from 'node:test';
import { chat } from 'chatlane/testing';
import bot from './bot.ts';

test('counts messages', async () => {
  await using chatting = await chat(bot);
  const { user } = chatting;
  await user.says('hello');
  await user.sees('That was your message number 1.');
  await user.says('again');
  await user.sees('That was your message number 2.');
});

test('signs up', async () => {
  await using chatting = await chat(bot);
  const { user } = chatting;
  await user.says('/signup');
  await user.sees(/your name/);
  await user.says('Ada');
  await user.sees('How old are you, Ada?');
  await user.says('very');
  await user.sees('Please write a number.');
  await user.says('36');
  await user.sees('Welcome, Ada, 36.');
});
