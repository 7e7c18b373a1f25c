import type { MediaKind, StoredFile } from '@chatlane/contracts';
import { plainName } from '@chatlane/middleware';
import type { BotContext } from '../../context.js';

type Speaker = Pick<BotContext, 't' | 'language'>;

const LONGEST_NAME = 100;

/** What its sender calls a file, in one line; of one without a name, its kind. */
export function calledBySender(
  ctx: Pick<Speaker, 't'>,
  { name = '', kind }: { name?: string; kind: MediaKind },
): string {
  return [...plainName(name)].slice(0, LONGEST_NAME).join('') || ctx.t(`files.kind.${kind}`);
}

/** A file in one line: its name, and its size in words. */
export function shown(ctx: Speaker, { name, size }: StoredFile): string {
  return `${name} (${sizeOf(ctx, size)})`;
}

/** As Telegram counts: 1 MB is 2^20 bytes. */
const units = ['B', 'KB', 'MB', 'GB'];

export function sizeOf({ language }: Speaker, bytes: number): string {
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const figure = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  return `${figure.format(bytes / 1024 ** power)} ${units[power] ?? ''}`;
}
