import type { MediaKind, StoredFile } from '@chatlane/contracts';
import type { BotContext } from '../../context.js';

type Speaker = Pick<BotContext, 't' | 'language'>;

/** What a file without a name is called. */
export function kindName(ctx: Pick<Speaker, 't'>, kind: MediaKind): string {
  return ctx.t(`files.kind.${kind}`);
}

/** A file in one line: its name, and its size in words. */
export function shown(ctx: Speaker, { name, size }: StoredFile): string {
  return `${name} (${sizeOf(ctx, size)})`;
}

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];

function sizeOf({ language }: Speaker, bytes: number): string {
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const unit = units[power] ?? 'byte';
  const style = { style: 'unit', unit, maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(language, style).format(bytes / 1024 ** power);
}
