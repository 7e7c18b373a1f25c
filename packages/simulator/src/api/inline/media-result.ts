import type { MediaKind } from '@chatlane/contracts';
import type { Simulator } from '../../simulator.js';
import type { StoredFile } from '../../world/files.js';
import type { InlineResult } from '../../world/inline-query.js';
import type { Message } from '../../world/message.js';
import { badRequest } from '../api-error.js';
import { createArguments, type Arguments } from '../arguments.js';
import { mediaField } from '../media-field.js';
import { givenFile, typeName } from '../media.js';
import { captionOf } from '../methods/send-media.js';
import { optionalText, requiredText, type Fields } from './fields.js';

interface MediaType {
  kind: MediaKind;
  /** Prefix of its fields: `photo_url`, `photo_file_id`. */
  field: string;
  title: 'required' | 'with a URL' | 'optional';
  /** Accepted MIME types of a file named by URL, as in td's get_input_bot_inline_result. */
  mimeTypes?: readonly string[];
}

const documentTypes = ['application/pdf', 'application/zip'];
const videoTypes = ['video/mp4', 'text/html'];

/** The media types of inline results, by `type`. */
export const mediaTypes: Readonly<Record<string, MediaType>> = {
  audio: { kind: 'audio', field: 'audio', title: 'with a URL' },
  document: { kind: 'document', field: 'document', title: 'required', mimeTypes: documentTypes },
  gif: { kind: 'animation', field: 'gif', title: 'optional' },
  mpeg4_gif: { kind: 'animation', field: 'mpeg4', title: 'optional' },
  photo: { kind: 'photo', field: 'photo', title: 'optional' },
  sticker: { kind: 'sticker', field: 'sticker', title: 'optional' },
  video: { kind: 'video', field: 'video', title: 'required', mimeTypes: videoTypes },
  voice: { kind: 'voice', field: 'voice', title: 'required' },
};

const shownAsPicture: readonly MediaKind[] = ['photo', 'sticker'];
/** Telegram's errors for an empty title, where one is required. */
const emptyTitles: Readonly<Record<string, string>> = {
  document: 'FILE_TITLE_EMPTY',
  video: 'VIDEO_TITLE_EMPTY',
};

/**
 * A result that shows a file, named by file_id or URL.
 *
 * @param replacement the content of `input_message_content`, which is sent instead of the file
 * @throws ApiError
 */
export function mediaResult(
  simulator: Simulator,
  fields: Fields,
  replacement: Partial<Message> | undefined,
): Omit<InlineResult, 'id' | 'markup'> {
  const type = requiredText(fields, 'type').toLowerCase();
  const media = mediaTypes[type] as MediaType;
  const { kind, field } = media;
  const url = type === 'sticker' ? '' : (optionalText(fields, `${field}_url`) ?? '');
  checkFile(type, media, fields, url);
  const file =
    url === '' ? knownFile(simulator, requiredText(fields, `${field}_file_id`), kind) : undefined;
  const args = argumentsOf(fields, field);
  const caption = captionOf(simulator, args);
  const thumbnailUrl = optionalText(fields, 'thumbnail_url') ?? optionalText(fields, 'thumb_url');
  const title = optionalText(fields, 'title') ?? (kind === 'audio' ? file?.name : undefined);
  const description = optionalText(fields, 'description') ?? optionalText(fields, 'performer');
  const thumbnail = thumbnailUrl
    ? { url: thumbnailUrl }
    : file && shownAsPicture.includes(kind)
      ? { fileId: file.fileId }
      : url && kind === 'photo'
        ? { url }
        : undefined;
  return {
    type,
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...(thumbnail && { thumbnail }),
    async content() {
      if (replacement) return replacement;
      const sent =
        file ?? (await givenFile(simulator, args, { value: url, upload: undefined, kind }));
      return { ...mediaField(sent, args), ...caption };
    },
  };
}

function checkFile(type: string, media: MediaType, fields: Fields, url: string): void {
  const { field, title, mimeTypes } = media;
  if (title === 'required' || (title === 'with a URL' && url !== '')) {
    const empty = requiredText(fields, 'title') === '' && emptyTitles[type];
    if (empty) throw badRequest(empty);
  }
  if (url === '') return;
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) throw badRequest('WEBDOCUMENT_URL_INVALID');
  const declared = mimeTypes && requiredText(fields, 'mime_type');
  if (mimeTypes && !mimeTypes.some((allowed) => declared?.startsWith(allowed))) {
    throw badRequest(`unallowed ${field} MIME type`);
  }
  if (declared?.startsWith('text/html') && !('input_message_content' in fields)) {
    throw badRequest('sent message content must be explicitly specified');
  }
  if (type === 'photo' && !('thumbnail_url' in fields || 'thumb_url' in fields)) {
    throw badRequest('PHOTO_THUMB_URL_EMPTY');
  }
}

function knownFile({ world }: Simulator, fileId: string, kind: MediaKind): StoredFile {
  const file = world.files.get(fileId);
  if (!file) {
    throw badRequest("wrong remote file identifier specified: can't unserialize it");
  }
  if (file.kind === kind) return file;
  throw badRequest(`can't use file of type ${typeName(file.kind)} as ${typeName(kind)}`);
}

/** The arguments renamed to those of the send methods. */
function argumentsOf(fields: Fields, field: string): Arguments {
  const duration = fields[`${field}_duration`];
  const named = { ...fields, ...(duration !== undefined && { duration }) };
  return createArguments({ fields: named, files: new Map() });
}
