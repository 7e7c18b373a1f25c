import { createHash } from 'node:crypto';
import { setImmediate as breathe } from 'node:timers/promises';
import { mediaKinds, type MediaKind } from '@chatlane/contracts';
import { Router, type Request } from 'express';
import { z } from 'zod';
import { createArguments } from '../api/arguments.js';
import { mediaField } from '../api/media-field.js';
import { readArguments } from '../api/read-request.js';
import { serveFile } from '../api/serve-file.js';
import { mimeTypeOf, uploaded, type Upload } from '../api/upload.js';
import type { Simulator } from '../simulator.js';
import { generatedContent, type Content } from '../world/content.js';
import { headOf } from '../world/file-heads.js';
import type { NewFile, StoredFile } from '../world/files.js';
import { field, readFields } from './fields.js';
import { PlayError } from './play-error.js';
import type { People } from './people.js';
import { LONGEST_CAPTION, typedText } from './typed-text.js';

/** The largest file that a Bot API server in local mode accepts. */
const largestBytes = 2_000 * 2 ** 20;
const albumKinds: readonly MediaKind[] = ['photo', 'video', 'document', 'audio'];
/** Types that the page displays; anything else is downloaded. */
const shown = /^(image\/(png|jpeg|gif|webp)|video\/mp4|audio\/(mpeg|ogg))$/;

const newFile = z.object({
  chat_id: field.id,
  from_id: field.userId,
  kind: z.enum(mediaKinds, `must be one of ${mediaKinds.join(', ')}`),
  caption: z.string().trim().max(LONGEST_CAPTION, 'must be 1024 characters or fewer').optional(),
  media_group_id: field.words.optional(),
});
const generated = z.object({
  size: z.coerce
    .number('must be the size of a file to generate, unless there is a part `file`')
    .int()
    .min(1, 'must be 1 or more')
    .max(largestBytes, `must be ${largestBytes} or less`),
  seed: z.coerce.number().int('must be a whole number').default(1),
  name: field.words.default('generated.bin'),
  type: field.words.default('application/octet-stream'),
});

/** Files that people send, and the content of any file for the page. */
export function fileRoutes(simulator: Simulator, people: People): Router {
  const { world, ranges } = simulator;
  const router = Router();

  function fileOf(fileId: string): StoredFile {
    const file = world.files.get(fileId);
    if (file) return file;
    throw new PlayError(404, 'file_id: there is no such file');
  }

  router.post('/files', async (request: Request, response) => {
    const { fields, upload } = await bodyOf(request);
    const { chat_id, from_id, kind, caption, media_group_id } = readFields(newFile, fields);
    if (media_group_id !== undefined && !albumKinds.includes(kind)) {
      throw new PlayError(400, `media_group_id: a ${kind} cannot be in an album`);
    }
    const made = upload ? uploadedBy(upload, kind) : generatedBy(fields, kind);
    people.chat(chat_id);
    const media = mediaField(world.files.add(made), createArguments({ fields, files: new Map() }));
    const content = {
      ...media,
      ...(caption && typedText(caption, 'caption')),
      ...(media_group_id !== undefined && { media_group_id }),
    };
    response.json({ message: people.say(chat_id, from_id, content) });
  });

  router.get('/files/:file_id', async (request, response) => {
    const file = fileOf(request.params.file_id);
    const inPlace = shown.test(file.mimeType);
    if (!inPlace) response.attachment(file.name);
    // Arbitrary files are served from the page's own origin, so they must never execute there.
    response.set({
      'Content-Security-Policy': "sandbox; default-src 'none'",
      'X-Content-Type-Options': 'nosniff',
    });
    const type = inPlace ? file.mimeType : 'application/octet-stream';
    await serveFile(request, response, file, { ranges: true, type });
  });

  router.get('/files/:file_id/sha256', async (request, response) => {
    response.json({ sha256: await sha256(fileOf(request.params.file_id).content) });
  });

  router.get('/ranges', (_request, response) => void response.json(ranges));

  router.post('/ranges', (request, response) => {
    const { served } = readFields(
      z.object({ served: z.boolean('must be true or false') }),
      request.body,
    );
    ranges.served = served;
    response.json(ranges);
  });

  return router;
}

async function bodyOf(request: Request) {
  // A JSON body has already been parsed by the app.
  if (request.is('json')) return { fields: request.body as Record<string, unknown> };
  const { fields, files } = await readArguments(request, new URLSearchParams());
  return { fields, upload: files.get('file') };
}

function uploadedBy(upload: Upload, kind: MediaKind): NewFile {
  if (upload.bytes.length === 0) throw new PlayError(400, 'file: must not be empty');
  // The page displays a photo by the type that the sender's app declared.
  return { ...uploaded(upload, kind), mimeType: upload.mimeType };
}

function generatedBy(fields: Record<string, unknown>, kind: MediaKind): NewFile {
  const { size, seed, name, type } = readFields(generated, fields);
  const mimeType = mimeTypeOf(kind, type);
  const content = generatedContent({ size, seed, head: headOf(mimeType) });
  return { kind, name, mimeType, content };
}

async function sha256({ pieces }: Content): Promise<string> {
  const hash = createHash('sha256');
  for (const piece of pieces()) {
    hash.update(piece);
    await breathe();
  }
  return hash.digest('hex');
}
