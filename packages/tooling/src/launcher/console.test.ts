import { describeLine } from './console.js';

it('reads a log line as a person would', () => {
  const line = '{"level":50,"msg":"a turn failed","err":{"message":"no such chat"}}';
  expect(describeLine(line)).toEqual({ level: 50, text: 'error  a turn failed (no such chat)' });
});

it('takes anything that is no log line for a warning, and shows it as it is', () => {
  expect(describeLine('TypeError: x is not a function').level).toBe(40);
  expect(describeLine('{"broken').text).toBe('{"broken');
});
