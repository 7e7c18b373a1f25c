import type { MediaKind } from '@chatlane/contracts';
import { mediaField } from '../api/media-field.js';
import { uploaded } from '../api/upload.js';
import type { Simulator } from '../simulator.js';
import type { Message } from '../world/message.js';
import { typedText } from './typed-text.js';

/** A file that a person sends. */
export interface SentFile {
  /** How Telegram shows it: `photo`, `document`, `voice`... */
  kind: MediaKind;
  /** Its content. */
  bytes: Buffer;
  /** Its name. */
  name: string;
  /** Its type; most kinds have a fixed one. */
  mimeType: string;
  /** What is written below it. */
  caption?: string | undefined;
}

/** Stores a file, and returns it as the content of a message. */
export function fileContent(
  { world }: Pick<Simulator, 'world'>,
  { kind, caption, ...upload }: SentFile,
): Partial<Message> {
  const media = mediaField(world.files.add(uploaded(upload, kind)));
  return { ...media, ...(caption !== undefined && typedText(caption, 'caption')) };
}
