import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** The stored record of a code, from which the code can be derived only with the secret. */
export const issuedCode = z.object({
  to: z.string(),
  /** The update that requested it. */
  update: z.number(),
  /** When it was requested, in Unix seconds. */
  at: z.number(),
  /** The number of wrong attempts. */
  wrong: z.number(),
});
export type IssuedCode = z.infer<typeof issuedCode>;

export type CodeVerdict = 'right' | 'wrong' | 'spent' | 'expired';

export const CODE_LIFE_SECONDS = 300;
export const CODE_TRIES = 3;

/**
 * One-time codes of 6 digits. They are derived instead of random: a turn repeated after a crash sends the same code
 * again, and both messages are valid. Times are those of Telegram's messages: a code typed in time is accepted however
 * long its message waited.
 */
export function createOneTimeCodes(secret: string) {
  function codeOf({ to, update, at }: IssuedCode): string {
    const derived = createHmac('sha256', secret).update(JSON.stringify(['code', to, update, at]));
    // 48 bits, so that the modulo bias is negligible.
    return String(derived.digest().readUIntBE(0, 6) % 1_000_000).padStart(6, '0');
  }

  return {
    issue(to: string, update: number, at: number): { code: string; issued: IssuedCode } {
      const issued = { to, update, at, wrong: 0 };
      return { code: codeOf(issued), issued };
    },
    /** Checks a code that was typed, six digits, at a time in Unix seconds. */
    check(issued: IssuedCode, typed: string, at: number): CodeVerdict {
      if (issued.wrong >= CODE_TRIES) return 'spent';
      if (at - issued.at > CODE_LIFE_SECONDS) return 'expired';
      const [right, given] = [Buffer.from(codeOf(issued)), Buffer.from(typed)];
      if (right.length === given.length && timingSafeEqual(right, given)) return 'right';
      return issued.wrong + 1 < CODE_TRIES ? 'wrong' : 'spent';
    },
  };
}
