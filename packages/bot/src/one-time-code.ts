import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** What is kept of a code: enough to make it again with the secret, and nothing to read it from. */
export const issuedCode = z.object({
  to: z.string(),
  /** The update that asked for it. */
  update: z.number(),
  /** Unix seconds. */
  at: z.number(),
  wrong: z.number(),
});
export type IssuedCode = z.infer<typeof issuedCode>;

export type CodeVerdict = 'right' | 'wrong' | 'spent' | 'expired';

export const CODE_LIFE_SECONDS = 300;
export const CODE_TRIES = 3;

/**
 * One-time codes of 6 digits, derived and not drawn: a turn that is repeated after a crash sends the same code
 * again, so that either message of the two is right. Times are those of Telegram's messages: a code that was typed in
 * time is taken however long its message waited.
 */
export function createOneTimeCodes(secret: string) {
  function codeOf({ to, update, at }: IssuedCode): string {
    const derived = createHmac('sha256', secret).update(JSON.stringify(['code', to, update, at]));
    // 48 of its bits: no digit is noticeably likelier than another.
    return String(derived.digest().readUIntBE(0, 6) % 1_000_000).padStart(6, '0');
  }

  return {
    issue(to: string, update: number, at: number): { code: string; issued: IssuedCode } {
      const issued = { to, update, at, wrong: 0 };
      return { code: codeOf(issued), issued };
    },
    /** `typed`: six digits. */
    check(issued: IssuedCode, typed: string, at: number): CodeVerdict {
      if (issued.wrong >= CODE_TRIES) return 'spent';
      if (at - issued.at > CODE_LIFE_SECONDS) return 'expired';
      const [right, given] = [Buffer.from(codeOf(issued)), Buffer.from(typed)];
      if (right.length === given.length && timingSafeEqual(right, given)) return 'right';
      return issued.wrong + 1 < CODE_TRIES ? 'wrong' : 'spent';
    },
  };
}
