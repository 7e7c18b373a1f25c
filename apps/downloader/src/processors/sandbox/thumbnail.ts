import { join } from 'node:path';
import sharp from 'sharp';
import type { Processor } from '../processor.js';

const MOST_SIDE = 320;
/** Guards against decompression bombs: a small file can take a hundred times its size in memory. */
const MOST_PIXELS = 50_000_000;
const images = /^image\/(jpeg|png|webp|gif|avif|tiff)$/;
/** The decoder's names of the formats; AVIF is `heif`. */
const formats: ReadonlySet<string> = new Set(['jpeg', 'png', 'webp', 'gif', 'heif', 'tiff']);
/** libvips selects a loader by the content. The one for SVG could read further files that the SVG names. */
const loaders = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif', 'Tiff'];

/**
 * Makes a JPEG of at most 320 pixels a side, which Telegram also accepts as a `thumbnail`. The `result` is the width
 * and height of the original image.
 */
export const thumbnail: Processor = async ({ path, file, outDir }) => {
  if (!images.test(file.type)) return { failure: 'no-image' };
  sharp.cache(false);
  sharp.concurrency(1);
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: loaders.map((name) => `VipsForeignLoad${name}`) });
  const image = sharp(path, { limitInputPixels: MOST_PIXELS });
  const made = join(outDir, 'thumbnail.jpg');
  try {
    const { autoOrient, format } = await image.metadata();
    if (!formats.has(format)) return { failure: 'unreadable' };
    const { width, height } = autoOrient;
    if (width * height > MOST_PIXELS) return { failure: 'too-big' };
    await image
      .autoOrient()
      .resize(MOST_SIDE, MOST_SIDE, { fit: 'inside', withoutEnlargement: true })
      .flatten({ background: 'white' })
      .jpeg()
      .toFile(made);
    const name = `${file.name.replace(/\.\w{1,5}$/, '')}.jpg`;
    return { result: { width, height }, made: { path: made, name } };
  } catch (error) {
    const isTooBig = error instanceof Error && error.message.includes('pixel limit');
    return { failure: isTooBig ? 'too-big' : 'unreadable' };
  }
};
