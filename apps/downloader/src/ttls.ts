import { mediaKinds, type MediaKind } from '@chatlane/contracts';
import { z } from 'zod';

/**
 * How long files are kept, in milliseconds by kind. The setting itself is in seconds: `86400` applies to all kinds,
 * `photo=3600` to a single one; 0 means forever.
 */
export const ttls = z
  .array(
    z
      .string()
      .regex(/^(([a-z_]+)=)?\d{1,10}$/, rule())
      .transform((part) => part.split('=') as [string] | [string, string])
      .refine(([kind, seconds]) => seconds === undefined || isKind(kind), rule()),
  )
  .readonly()
  .transform((parts) => {
    const keepMs: Partial<Record<MediaKind, number>> = {};
    // A value for a single kind wins, wherever it is in the list.
    const ordered = parts.toSorted(([, one], [, other]) => Number(!!one) - Number(!!other));
    for (const [first, second] of ordered) {
      const seconds = Number(second ?? first);
      const kinds = second === undefined ? mediaKinds : mediaKinds.filter((kind) => kind === first);
      for (const kind of kinds) {
        if (seconds === 0) delete keepMs[kind];
        else keepMs[kind] = seconds * 1_000;
      }
    }
    return keepMs;
  });

function isKind(text: string): boolean {
  return mediaKinds.some((kind) => kind === text);
}

function rule(): string {
  return `must be seconds for all kinds of files, or for a single one as in photo=3600: ${mediaKinds.join(', ')}`;
}
