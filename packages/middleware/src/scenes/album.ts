import { newMessage } from './new-message.js';
import type { InStage } from './scene-context.js';

/** An album whose first message was taken for an answer, as the session keeps it with the scene. */
interface TakenAlbum {
  /** Its `media_group_id`. */
  id: string;
  /** The scene, and the wizard's step, that the first message answered. */
  scene?: string;
  step?: string;
}

interface Place {
  album?: TakenAlbum;
}

/** The album that a new message belongs to: Telegram sends each of its files as a message, one after the other. */
export function albumOf(ctx: InStage): string | undefined {
  const message = newMessage(ctx);
  return message !== undefined && 'media_group_id' in message ? message.media_group_id : undefined;
}

/** What the first message of this album answered; undefined: this one is the first, or of no album. */
export function answeredBy(ctx: InStage): TakenAlbum | undefined {
  const id = albumOf(ctx);
  const { album }: Place = ctx.scene.session as object;
  return id !== undefined && album?.id === id ? album : undefined;
}

/**
 * Remembers that the album `id` was answered, wherever the handlers have led: further messages of it must answer nothing
 * there. Outside of any scene nothing is remembered.
 */
export function rememberAlbum(ctx: InStage, id: string, by: Omit<TakenAlbum, 'id'> = {}): void {
  if (ctx.scene.current === undefined) return;
  const place: Place = ctx.scene.session as object;
  place.album = { id, ...by };
}
