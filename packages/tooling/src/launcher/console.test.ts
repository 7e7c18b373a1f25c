import { describeLine } from './console.js';

it('reads a log line as a person would', () => {
  const line = '{"level":50,"msg":"a turn failed","err":{"message":"no such chat"}}';
  expect(describeLine(line)).toEqual({ level: 50, text: 'error  a turn failed (no such chat)' });
});

it('takes anything that is no log line for a warning, and shows it as it is', () => {
  expect(describeLine('TypeError: x is not a function').level).toBe(40);
  expect(describeLine('{"broken').text).toBe('{"broken');
});

it('shows what a terminal would obey', () => {
  const err = { message: '\u001b]52;c;eA==\u0007 \u009b2J \u202e' };
  const line = JSON.stringify({ level: 50, msg: 'a turn failed', err });
  expect(describeLine(line).text).toBe(
    'error  a turn failed (\\u001b]52;c;eA==\\u0007 \\u009b2J \\u202e)',
  );
  expect(describeLine('Error: \u001b[31m').text).toBe('Error: \\u001b[31m');
});
