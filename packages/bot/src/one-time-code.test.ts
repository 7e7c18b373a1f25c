import type Crypto from 'node:crypto';
import { createRequire } from 'node:module';
import { jest } from '@jest/globals';
import { CODE_LIFE_SECONDS, createOneTimeCodes } from './one-time-code.js';

const codes = createOneTimeCodes('a secret of thirty-two characters');
const { code, issued } = codes.issue('+15550001001', 7, 1_000);
const wrong = code === '000000' ? '000001' : '000000';

describe('a one-time code', () => {
  it('has six digits and is accepted', () => {
    expect(code).toMatch(/^\d{6}$/);
    expect(codes.check(issued, code, 1_000)).toBe('right');
  });

  it('is the same in a repeated turn, and different for every other request', () => {
    expect(codes.issue('+15550001001', 7, 1_000).code).toBe(code);
    const others = [
      codes.issue('+15550001002', 7, 1_000),
      codes.issue('+15550001001', 8, 1_000),
      codes.issue('+15550001001', 7, 1_001),
      createOneTimeCodes('another secret of 32 characters.').issue('+15550001001', 7, 1_000),
    ];
    expect(others.map((each) => each.code)).not.toContain(code);
  });

  it('is not part of its stored record', () => {
    expect(JSON.stringify(issued)).not.toContain(code);
  });

  it.each([
    [0, 'wrong'],
    [1, 'wrong'],
    [2, 'spent'],
    [3, 'spent'],
  ])('after %i wrong attempts makes the next wrong one %s', (before, verdict) => {
    expect(codes.check({ ...issued, wrong: before }, wrong, 1_000)).toBe(verdict);
  });

  it('is accepted at the third attempt, but not at the fourth', () => {
    expect(codes.check({ ...issued, wrong: 2 }, code, 1_000)).toBe('right');
    expect(codes.check({ ...issued, wrong: 3 }, code, 1_000)).toBe('spent');
  });

  it('expires after its lifetime', () => {
    expect(codes.check(issued, code, 1_000 + CODE_LIFE_SECONDS)).toBe('right');
    expect(codes.check(issued, code, 1_001 + CODE_LIFE_SECONDS)).toBe('expired');
  });

  it.each(['', code.slice(1), `${code}0`])('does not match "%s"', (typed) => {
    expect(codes.check(issued, typed, 1_000)).toBe('wrong');
  });

  it('is compared in constant time, whatever was typed', async () => {
    const crypto = createRequire(import.meta.url)('node:crypto') as typeof Crypto;
    const compare = jest.spyOn(crypto, 'timingSafeEqual');
    jest.resetModules();
    const fresh = await import('./one-time-code.js');
    const again = fresh.createOneTimeCodes('a secret of thirty-two characters');
    expect([again.check(issued, code, 1_000), again.check(issued, wrong, 1_000)]).toEqual([
      'right',
      'wrong',
    ]);
    expect(compare).toHaveBeenCalledTimes(2);
    compare.mockRestore();
  });
});
