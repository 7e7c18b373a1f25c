import { useState } from 'preact/hooks';
import { fileSize } from '../file-size.js';
import { fullName } from '../names.js';
import { playApi } from '../play-api.js';
import type { FileRef, Message } from '../wire.js';
import { Avatar } from './avatar.js';
import { Icon } from './icon.js';
import { Poll } from './poll.js';
import { RoundVideo } from './round-video.js';

/** The media of a message. */
export function Media({ message }: { message: Message }) {
  const { photo, video, animation, video_note: note, audio, voice, sticker, document } = message;
  const film = animation ?? video;
  const isImage = film?.mime_type?.startsWith('image/') === true;
  const sound = audio ?? voice;
  if (photo) return <Photo sizes={photo} />;
  if (film && isImage) return <img class="film" src={playApi.fileUrl(film.file_id)} alt="GIF" />;
  if (note) return <RoundVideo file={note} />;
  if (film) return <VideoPlayer file={film} loop={animation !== undefined} />;
  if (sound) return <AudioPlayer file={sound} />;
  if (document) return <Attachment file={document} />;
  if (sticker) return <Sticker file={sticker} />;
  if (message.dice) {
    return (
      <p class="huge" aria-label={`${message.dice.emoji} ${message.dice.value}`}>
        {message.dice.emoji} <small>{message.dice.value}</small>
      </p>
    );
  }
  if (message.contact) return <ContactCard contact={message.contact} />;
  if (message.poll) return <Poll message={message} poll={message.poll} />;
  if (message.location) return <LocationCard location={message.location} venue={message.venue} />;
  return null;
}

function Photo({ sizes }: { sizes: FileRef[] }) {
  const largest = sizes.at(-1);
  if (!largest) return null;
  const url = playApi.fileUrl(largest.file_id);
  return (
    <a class="photo" href={url} target="_blank" rel="noopener">
      <img src={url} alt="Photo" width={largest.width} height={largest.height} />
    </a>
  );
}

function VideoPlayer({ file, loop }: { file: FileRef; loop: boolean }) {
  return (
    <figure class="film-frame">
      <video
        class="film"
        // A large video is loaded only when the user plays it.
        preload="metadata"
        src={playApi.fileUrl(file.file_id)}
        controls={!loop}
        loop={loop}
        autoplay={loop}
        muted={loop}
      />
      <figcaption class="media-size">{fileSize(file.file_size)}</figcaption>
    </figure>
  );
}

function AudioPlayer({ file }: { file: FileRef }) {
  const name = [file.performer, file.title ?? file.file_name].filter(Boolean).join(' – ');
  return (
    <figure class="sound-frame">
      {name && <figcaption class="attachment-name">{name}</figcaption>}
      <audio class="sound" preload="metadata" src={playApi.fileUrl(file.file_id)} controls />
      <span class="media-size">{fileSize(file.file_size)}</span>
    </figure>
  );
}

/** The sticker's picture, or its emoji when the browser cannot show the picture. */
function Sticker({ file }: { file: FileRef }) {
  const [broken, setBroken] = useState(false);
  const emoji = file.emoji ?? '🏷️';
  if (broken) return <p class="sticker huge">{emoji}</p>;
  const url = playApi.fileUrl(file.file_id);
  return <img class="sticker" src={url} alt={emoji} onError={() => setBroken(true)} />;
}

function Attachment({ file }: { file: FileRef }) {
  const name = file.file_name ?? 'File';
  return (
    <a class="attachment" href={playApi.fileUrl(file.file_id)} download={name}>
      <span class="attachment-icon">
        <Icon name="document" />
      </span>
      <span class="attachment-name">{name}</span>
      <span class="attachment-size">{fileSize(file.file_size)}</span>
    </a>
  );
}

function ContactCard({ contact }: { contact: NonNullable<Message['contact']> }) {
  return (
    <div class="contact">
      <Avatar id={contact.user_id ?? 0} name={fullName(contact)} />
      <span class="contact-name">{fullName(contact)}</span>
      <span class="contact-phone">{contact.phone_number}</span>
    </div>
  );
}

function LocationCard(props: {
  location: NonNullable<Message['location']>;
  venue: Message['venue'];
}) {
  const { latitude, longitude } = props.location;
  return (
    <div class="attachment">
      <span class="attachment-icon">
        <Icon name="place" />
      </span>
      <span class="attachment-name">{props.venue?.title ?? 'Location'}</span>
      <span class="attachment-size">
        {props.venue?.address ?? `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`}
      </span>
    </div>
  );
}
