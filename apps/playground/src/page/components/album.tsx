import type { Message } from '../wire.js';
import { Media } from './media.js';

/** The media of an album: pictures in a grid, files in a list. */
export function Album({ messages }: { messages: readonly Message[] }) {
  const pictures = messages.every(({ photo, video }) => photo ?? video);
  return (
    <div class={pictures ? 'album album-pictures' : 'album'}>
      {messages.map((message) => (
        <Media key={message.message_id} message={message} />
      ))}
    </div>
  );
}
