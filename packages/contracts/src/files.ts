/** What kind of file a message carries, as the Bot API names its field. */
export type MediaKind = (typeof mediaKinds)[number];
export const mediaKinds = [
  'document',
  'photo',
  'video',
  'audio',
  'voice',
  'video_note',
  'sticker',
  'animation',
] as const;

/** A file as a message tells of it; nothing of it is to be trusted. */
export interface MediaFile {
  kind: MediaKind;
  /** What getFile and sends take; there may be several for one file. */
  fileId: string;
  /** The same for the same file, whoever sends it. */
  fileUniqueId: string;
  /** Declared size in bytes. */
  size?: number;
  name?: string;
  /** Declared MIME type. */
  type?: string;
  /** What its sender wrote under it, 200 characters at most. */
  caption?: string;
}

/** How messages reach the place in a chat that an update came from; all absent: simply the chat. */
export interface ChatRoute {
  /** The topic of a forum or of a private chat. */
  threadId?: number;
  /** The connection to the account whose chat it is: the bot writes on its behalf. */
  businessConnectionId?: string;
  /** The topic of a channel's direct messages: one for each user who writes to it. */
  directMessagesTopicId?: number;
  /** The query of a guest message, which can be answered once; nothing else reaches its chat. */
  guestQueryId?: string;
  /** The user of a group who alone sees the messages: ephemeral ones. */
  receiverUserId?: number;
}

/** Where an event about a file goes, and whom it is about. */
export interface FileAddress extends ChatRoute {
  lane: string;
  /** User part of the session key; absent: the event has no session. */
  sessionUser?: string;
  chat: { id: number; type: string };
  from?: {
    id: number;
    is_bot: boolean;
    first_name: string;
    username?: string;
    language_code?: string;
  };
  messageId?: number;
}

/** A file that a bot has asked for. */
export interface DownloadRequest {
  /** The same on every try of the turn that asked. */
  id: string;
  address: FileAddress;
  /** Whose quota it counts against, and whose file it is: the sender, else the chat. */
  userId: number;
  /**
   * Requests with the same name here share one more user's quota, because one person may be behind all of them: the
   * channels that write in a chat. Letters, digits, `:` and `-`.
   */
  sharedQuota?: string;
  media: MediaFile;
  /** Messages of an album share it. */
  mediaGroupId?: string;
  priority: DownloadPriority;
  /** Anything of the bot author's that JSON holds; comes back in the event. */
  label?: unknown;
  /** Names of the processors that are to run over the stored file. */
  processors: string[];
  /** A message of the bot's to edit while a large file comes: `{percent}`, `{received}` and `{size}` are filled in. */
  progress?: { messageId: number; text: string };
  /** Milliseconds since 1970. */
  requestedAt: number;
}

export type DownloadPriority = 'high' | 'normal' | 'low';

/** All files of a user are to be deleted. */
export interface ForgetRequest {
  id: string;
  address: FileAddress;
  userId: number;
  /** Milliseconds since 1970. */
  requestedAt: number;
}

/** A file that was fetched, checked and stored. */
export interface StoredFile {
  /** Its `file_unique_id`. */
  id: string;
  fileId: string;
  kind: MediaKind;
  /** Safe to show and to write: no folders, no control characters, 200 characters at most. */
  name: string;
  /** What its sender wrote under it, unchecked; absent: nothing, or it was stored by an earlier version. */
  caption?: string;
  /** MIME type, told from the content. */
  type: string;
  /** Bytes. */
  size: number;
  /** Hexadecimal. */
  sha256: string;
  /** Its key in the storage. */
  key: string;
  /** Milliseconds since 1970. */
  storedAt: number;
  /** When it will be deleted, in milliseconds since 1970; absent: never. */
  expiresAt?: number;
}

/**
 * Why a file could not be had. `too-big`: for bots, or for this deployment. `expired`: Telegram has it no more.
 * `quota`: the user's or the bot's for the day. `type-refused`: not a type that is taken, or not what it was said to be.
 * `unsafe`: a redirect, a foreign address, an archive whose names climb out of it. `infected`: the scan says so.
 * `damaged`: not of its declared length. `too-slow`: took too long. `unavailable`: all attempts failed.
 */
export type FileFailureReason = (typeof fileFailureReasons)[number];
export const fileFailureReasons = [
  'too-big',
  'expired',
  'quota',
  'type-refused',
  'unsafe',
  'infected',
  'damaged',
  'too-slow',
  'unavailable',
] as const;

/** A file that could not be had. */
export interface FileFailure {
  /** Its `file_unique_id`. */
  id: string;
  fileId: string;
  kind: MediaKind;
  name?: string;
  reason: FileFailureReason;
  /** With `too-big`, where it is known: how many bytes a file may have. */
  mostBytes?: number;
}

interface FileEvent {
  /** Id of the request; of an album, of its first. */
  request: string;
  address: FileAddress;
  label?: unknown;
  mediaGroupId?: string;
}

/** Files are stored: one, or those of an album; `failures` are the album's others. */
export interface FileReady extends FileEvent {
  files: StoredFile[];
  failures: FileFailure[];
}

/** None of the files could be had. */
export interface FileFailed extends FileEvent {
  failures: FileFailure[];
}

/** A processor has run over a stored file. */
export interface FileProcessed extends FileEvent {
  file: StoredFile;
  processor: string;
  /** What the processor answered: any JSON. */
  result?: unknown;
  /** A file that the processor made, such as a thumbnail. */
  made?: StoredFile;
  /** Why there is neither; one word. */
  failure?: string;
}

/** All files of the user are deleted. */
export interface FilesForgotten extends FileEvent {
  count: number;
}

/** Events about files in a lane, by their kind. */
export interface FileEvents {
  file_ready: FileReady;
  file_failed: FileFailed;
  file_processed: FileProcessed;
  files_forgotten: FilesForgotten;
}
