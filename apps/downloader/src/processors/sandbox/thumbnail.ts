import { join } from 'node:path';
import sharp from 'sharp';
import type { Processor } from '../processor.js';

const MOST_SIDE = 320;
/** Beyond that a small file is a bomb: a hundred times its size in memory. */
const MOST_PIXELS = 50_000_000;
/** No SVG: it is a program that says what else is to be read. */
const images = /^image\/(jpeg|png|webp|gif|avif|tiff)$/;

/**
 * A JPEG picture of an image, of 320 pixels a side at most, as Telegram takes it for a `thumbnail` too; answers the size of
 * the image.
 */
export const thumbnail: Processor = async ({ path, file, outDir }) => {
  if (!images.test(file.type)) return { failure: 'no-image' };
  sharp.cache(false);
  sharp.concurrency(1);
  const image = sharp(path, { limitInputPixels: MOST_PIXELS });
  const made = join(outDir, 'thumbnail.jpg');
  try {
    const { autoOrient } = await image.metadata();
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
