import { newMessage } from './new-message.js';
import type { InStage } from './scene-context.js';

/** An album whose first message was an answer, stored in the session next to the scene. */
interface AnsweredAlbum {
  /** Its `media_group_id`. */
  id: string;
  /** The scene, and the wizard's step, that the first message answered. */
  scene?: string;
  step?: string;
}

interface StoredScene {
  album?: AnsweredAlbum;
}

/** The album of a new message. Telegram sends each file of an album as its own message, one after another. */
export function albumOf(ctx: InStage): string | undefined {
  const message = newMessage(ctx);
  return message !== undefined && 'media_group_id' in message ? message.media_group_id : undefined;
}

/** What the first message of this album answered. Undefined for the first message, or one without an album. */
export function answeredBy(ctx: InStage): AnsweredAlbum | undefined {
  const id = albumOf(ctx);
  const { album }: StoredScene = ctx.scene.session as object;
  return id !== undefined && album?.id === id ? album : undefined;
}

/**
 * Stores that the album `id` was an answer, in the scene that the user is in now: its further messages must not answer
 * anything there. Outside of scenes nothing is stored.
 */
export function rememberAlbum(ctx: InStage, id: string, by: Omit<AnsweredAlbum, 'id'> = {}): void {
  if (ctx.scene.current === undefined) return;
  const stored: StoredScene = ctx.scene.session as object;
  stored.album = { id, ...by };
}
