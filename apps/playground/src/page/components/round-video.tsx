import { useRef, useState } from 'preact/hooks';
import { fileSize } from '../file-size.js';
import { playApi } from '../play-api.js';
import type { FileRef } from '../wire.js';
import { Icon } from './icon.js';

/** A video message. The browser's controls do not fit into a circle, so a click plays and pauses it. */
export function RoundVideo({ file }: { file: FileRef }) {
  const video = useRef<HTMLVideoElement>(null);
  const [playing, setPlaying] = useState(false);

  function toggle(): void {
    // Bytes that are not a video cannot be played; the button simply stays.
    if (playing) video.current?.pause();
    else void video.current?.play().catch(() => undefined);
  }

  return (
    <figure class="film-frame film-round">
      <button
        type="button"
        class="round-button"
        aria-label={playing ? 'Pause the video message' : 'Play the video message'}
        onClick={toggle}
      >
        <video
          ref={video}
          class="film"
          preload="metadata"
          playsInline
          src={playApi.fileUrl(file.file_id)}
          onPlay={() => setPlaying(true)}
          onPause={() => setPlaying(false)}
        />
        {!playing && (
          <span class="round-play">
            <Icon name="video_note" />
          </span>
        )}
      </button>
      <figcaption class="media-size">{fileSize(file.file_size)}</figcaption>
    </figure>
  );
}
