import { fullName } from '../names.js';
import { playApi } from '../play-api.js';
import type { FileRef, Message } from '../wire.js';
import { Avatar } from './avatar.js';
import { Icon } from './icon.js';
import { Poll } from './poll.js';

/** What a message carries beside its text. */
export function Media({ message }: { message: Message }) {
  const { photo, video, animation, video_note: note, audio, voice, sticker, document } = message;
  const film = animation ?? video ?? note;
  const sound = audio ?? voice;
  if (photo) return <Photo sizes={photo} />;
  if (film) {
    const loop = animation !== undefined;
    return <video class="film" src={playApi.fileUrl(film.file_id)} controls={!loop} loop={loop} />;
  }
  if (sound) return <audio class="sound" src={playApi.fileUrl(sound.file_id)} controls />;
  if (document) return <Attachment file={document} />;
  if (sticker) return <p class="huge">{sticker.emoji ?? '🏷️'}</p>;
  if (message.dice) {
    return (
      <p class="huge" aria-label={`${message.dice.emoji} ${message.dice.value}`}>
        {message.dice.emoji} <small>{message.dice.value}</small>
      </p>
    );
  }
  if (message.contact) return <ContactCard contact={message.contact} />;
  if (message.poll) return <Poll poll={message.poll} />;
  if (message.location) return <Spot location={message.location} venue={message.venue} />;
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

function Attachment({ file }: { file: FileRef }) {
  const name = file.file_name ?? 'File';
  return (
    <a class="attachment" href={playApi.fileUrl(file.file_id)} download={name}>
      <span class="attachment-icon">
        <Icon name="file" />
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

function Spot(props: { location: NonNullable<Message['location']>; venue: Message['venue'] }) {
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

function fileSize(bytes: number | undefined): string {
  if (bytes === undefined) return '';
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
