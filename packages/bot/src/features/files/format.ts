import type { MediaKind, StoredFile } from '@chatlane/contracts';
import { plainName } from '@chatlane/middleware';
import type { BotContext } from '../../context.js';

type Speaker = Pick<BotContext, 't' | 'language'>;

const MAX_NAME_LENGTH = 100;

/** The file's name from its sender, on one line, or its kind if it has no name. */
export function displayName(
  ctx: Pick<Speaker, 't'>,
  { name = '', kind }: { name?: string; kind: MediaKind },
): string {
  return [...plainName(name)].slice(0, MAX_NAME_LENGTH).join('') || ctx.t(`files.kind.${kind}`);
}

/** A file's name and size, on one line. */
export function fileLine(ctx: Speaker, { name, size }: StoredFile): string {
  return `${name} (${formatSize(ctx, size)})`;
}

/** 1 MB is 2^20 bytes, as in Telegram. */
const units = ['B', 'KB', 'MB', 'GB'];

export function formatSize({ language }: Speaker, bytes: number): string {
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const figure = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  return `${figure.format(bytes / 1024 ** power)} ${units[power] ?? ''}`;
}
