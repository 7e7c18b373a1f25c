import { heldContent } from '../world/content.js';
import { mediaField } from './media-field.js';
import type { World } from '../world/world.js';

/** Three of the custom emoji that any bot may use as a topic's icon. */
const icons = [
  { emoji: '💬', custom_emoji_id: '5417915203100613993' },
  { emoji: '📰', custom_emoji_id: '5434144690511290129' },
  { emoji: '💡', custom_emoji_id: '5312536423851630001' },
];

/** The answer of getForumTopicIconStickers: Bot API `Sticker` objects, each with a file. */
export function iconStickers({ files }: Pick<World, 'files'>): object[] {
  return icons.map((icon) => {
    const file = files.add({
      kind: 'sticker',
      name: 'icon.webp',
      mimeType: 'image/webp',
      content: heldContent(Buffer.from(icon.emoji)),
    });
    const { sticker } = mediaField(file) as { sticker: object };
    return { ...sticker, ...icon, type: 'custom_emoji' };
  });
}
