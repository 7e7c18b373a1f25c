import { Router, type Request } from 'express';
import { z } from 'zod';
import { mediaField } from '../api/media.js';
import { readArguments } from '../api/read-request.js';
import type { Simulator } from '../simulator.js';
import { field, readFields } from './fields.js';
import { PlayError } from './play-error.js';
import type { People } from './people.js';

const newFile = z.object({
  chat_id: field.id,
  from_id: field.userId,
  kind: z.enum(['photo', 'document'], 'must be photo or document'),
  caption: z.string().max(1024, 'must be 1024 characters or fewer').optional(),
});

/** Photos and documents that people send, and the bytes of any file for the page to show. */
export function fileRoutes({ world }: Simulator, people: People): Router {
  const router = Router();

  router.post('/files', async (request: Request, response) => {
    const { fields, files } = await readArguments(request, new URLSearchParams());
    const { chat_id, from_id, kind, caption } = readFields(newFile, fields);
    const upload = files.get('file');
    if (!upload) throw new PlayError(400, 'file: must be a part of a multipart/form-data body');
    if (upload.bytes.length === 0) throw new PlayError(400, 'file: must not be empty');
    people.chat(chat_id);
    const file = world.files.add({ ...upload, kind });
    const content = { ...mediaField(file), ...(caption && { caption }) };
    response.json({ message: people.say(chat_id, from_id, content) });
  });

  router.get('/files/:file_id', (request, response) => {
    const file = world.files.get(request.params.file_id);
    if (!file) throw new PlayError(404, 'file_id: there is no such file');
    const isImage = /^image\/(png|jpeg|gif|webp)$/.test(file.mimeType);
    if (!isImage) response.attachment(file.name);
    // Anybody's bytes are served from the page's own origin: they must never run there.
    response.set({
      'Content-Security-Policy': "sandbox; default-src 'none'",
      'X-Content-Type-Options': 'nosniff',
    });
    response.type(isImage ? file.mimeType : 'application/octet-stream').send(file.bytes);
  });

  return router;
}
