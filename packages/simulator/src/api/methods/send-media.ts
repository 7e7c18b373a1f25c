import { randomInt } from 'node:crypto';
import type { MediaKind } from '@chatlane/contracts';
import type { Simulator } from '../../simulator.js';
import { isEmptyText } from '../../world/clean-text.js';
import { badRequest } from '../api-error.js';
import { createArguments, type Arguments } from '../arguments.js';
import { botText } from '../bot-text.js';
import { mediaField } from '../media-field.js';
import { givenFile } from '../media.js';
import { picturesOf } from '../pictures.js';
import type { Method, MethodFamily } from '../method.js';
import { send } from '../send.js';
import { writableChat } from '../target-chat.js';
import { checkCaption } from '../text-limits.js';

const albumKinds: readonly string[] = ['photo', 'video', 'document', 'audio'];

/** The methods that send files, and sendMediaGroup. */
export const mediaMethods: MethodFamily = (simulator) => ({
  sendPhoto: sendFile(simulator, 'photo'),
  sendDocument: sendFile(simulator, 'document'),
  sendVideo: sendFile(simulator, 'video'),
  sendAudio: sendFile(simulator, 'audio'),
  sendVoice: sendFile(simulator, 'voice'),
  sendVideoNote: sendFile(simulator, 'video_note'),
  sendAnimation: sendFile(simulator, 'animation'),
  sendSticker: sendFile(simulator, 'sticker'),

  async sendMediaGroup({ args }) {
    const chat = writableChat(simulator, args);
    const media = args.json('media');
    if (!Array.isArray(media)) throw badRequest('media must be an Array');
    if (media.length === 0) throw badRequest('there are no messages to send');
    if (media.length > 10) throw badRequest('too many messages to send as an album');
    const contents = await Promise.all(
      (media as Record<string, unknown>[]).map((item) => albumItem(simulator, args, item)),
    );
    const media_group_id = String(randomInt(2 ** 47));
    return contents.map((content) => send(simulator, chat, args, { media_group_id, ...content }));
  },
});

function sendFile(simulator: Simulator, kind: MediaKind): Method {
  return async ({ args }) => {
    const chat = writableChat(simulator, args);
    const caption = captionOf(simulator, args);
    const file = await givenFile(simulator, args, {
      value: args.text(kind),
      upload: args.file(kind),
      kind,
    });
    const pictures = await picturesOf(simulator, args, args);
    return send(simulator, chat, args, {
      ...mediaField(file, args, pictures),
      ...caption,
      ...spoilerOf(args),
    });
  };
}

async function albumItem(simulator: Simulator, args: Arguments, item: Record<string, unknown>) {
  const kind = String(item['type']) as MediaKind;
  if (!albumKinds.includes(kind))
    throw badRequest("can't parse InputMedia: unknown type specified");
  const value = String((item['media'] as string | undefined) ?? '');
  const file = await givenFile(simulator, args, { value, upload: undefined, kind });
  const itemArgs = createArguments({ fields: item, files: new Map() });
  const pictures = await picturesOf(simulator, itemArgs, args);
  return {
    ...mediaField(file, itemArgs, pictures),
    ...captionOf(simulator, itemArgs),
    ...spoilerOf(itemArgs),
  };
}

/** The message field for media hidden behind a spoiler. */
export function spoilerOf(args: Arguments): Record<string, true> {
  return args.flag('has_spoiler') ? { has_media_spoiler: true } : {};
}

/** The caption fields of a message, validated; empty when there is no caption. */
export function captionOf(simulator: Simulator, args: Arguments): Record<string, unknown> {
  const { text, entities } = botText(simulator.world, args, {
    text: 'caption',
    entities: 'caption_entities',
  });
  checkCaption(text);
  if (isEmptyText(text)) return {};
  const above = args.flag('show_caption_above_media') && { show_caption_above_media: true };
  return { caption: text, ...(entities.length > 0 && { caption_entities: entities }), ...above };
}
