import { describeLine } from './console.js';

describe('describeLine', () => {
  it('turns a JSON log line into plain text', () => {
    const line = '{"level":50,"msg":"a turn failed","err":{"message":"no such chat"}}';
    expect(describeLine(line)).toEqual({ level: 50, text: 'error  a turn failed (no such chat)' });
  });

  it('treats any other line as a warning, and leaves its text unchanged', () => {
    expect(describeLine('TypeError: x is not a function').level).toBe(40);
    expect(describeLine('{"broken').text).toBe('{"broken');
  });

  it('escapes terminal control characters', () => {
    const err = { message: '\u001b]52;c;eA==\u0007 \u009b2J \u202e' };
    const line = JSON.stringify({ level: 50, msg: 'a turn failed', err });
    expect(describeLine(line).text).toBe(
      'error  a turn failed (\\u001b]52;c;eA==\\u0007 \\u009b2J \\u202e)',
    );
    expect(describeLine('Error: \u001b[31m').text).toBe('Error: \\u001b[31m');
  });
});
