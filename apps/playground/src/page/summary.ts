import { fullName } from './names.js';
import type { Message } from './wire.js';

/** A message as one line: for the chat list, quoted replies and the composer's bar. */
export function summary(message: Message): string {
  return (
    message.text ??
    serviceText(message) ??
    [media(message), message.caption].filter(Boolean).join(' · ')
  ).replace(/\s+/g, ' ');
}

/** The text of a service message; undefined for an ordinary message. */
export function serviceText(message: Message): string | undefined {
  const who = message.from ? fullName(message.from) : 'Someone';
  if (message.group_chat_created || message.supergroup_chat_created) {
    return `${who} created the group`;
  }
  if (message.new_chat_members) {
    const names = message.new_chat_members.map(fullName).join(', ');
    const joined = message.new_chat_members.some((user) => user.id === message.from?.id);
    return joined ? `${who} joined the group` : `${who} added ${names}`;
  }
  if (message.left_chat_member) {
    const left = message.left_chat_member;
    return left.id === message.from?.id
      ? `${who} left the group`
      : `${who} removed ${fullName(left)}`;
  }
  if (message.migrate_to_chat_id ?? message.migrate_from_chat_id) {
    return 'The group was upgraded to a supergroup';
  }
  if (message.new_chat_title) return `${who} named the group “${message.new_chat_title}”`;
  if (message.forum_topic_created) {
    return `${who} created the topic “${message.forum_topic_created.name}”`;
  }
  if (message.forum_topic_edited) {
    const { name } = message.forum_topic_edited;
    return name ? `${who} named the topic “${name}”` : `${who} changed the topic's icon`;
  }
  if (message.forum_topic_closed) return `${who} closed the topic`;
  if (message.forum_topic_reopened) return `${who} reopened the topic`;
  if (message.general_forum_topic_hidden) return `${who} hid the General topic`;
  if (message.general_forum_topic_unhidden) return `${who} showed the General topic`;
  if (message.pinned_message) return `${who} pinned “${summary(message.pinned_message)}”`;
  return undefined;
}

function media(message: Message): string {
  if (message.photo) return 'Photo';
  if (message.animation) return 'GIF';
  if (message.document) return message.document.file_name ?? 'File';
  if (message.video) return 'Video';
  if (message.video_note) return 'Video message';
  if (message.audio) return message.audio.title ?? 'Audio';
  if (message.voice) return 'Voice message';
  if (message.sticker) return `${message.sticker.emoji ?? ''} Sticker`.trim();
  if (message.contact) return `Contact: ${fullName(message.contact)}`;
  if (message.venue) return message.venue.title;
  if (message.location) return 'Location';
  if (message.poll) return `Poll: ${message.poll.question}`;
  if (message.dice) return `${message.dice.emoji} ${message.dice.value}`;
  return 'Message';
}
