import { join } from 'node:path';
import sharp from 'sharp';
import type { Processor } from '../processor.js';

const MOST_SIDE = 320;
/** Beyond that a small file is a bomb: a hundred times its size in memory. */
const MOST_PIXELS = 50_000_000;
const images = /^image\/(jpeg|png|webp|gif|avif|tiff)$/;
/** As the decoder names them; AVIF is `heif`. */
const formats: ReadonlySet<string> = new Set(['jpeg', 'png', 'webp', 'gif', 'heif', 'tiff']);
/** libvips decides by the content which of its loaders reads a file. An SVG can name further files that it has read. */
const loaders = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif', 'Tiff'];

/**
 * A JPEG picture of an image, of 320 pixels a side at most, as Telegram takes it for a `thumbnail` too; answers the size of
 * the image.
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
