/** The kind of a file, by the name of its field in a Bot API message. */
export type MediaKind = (typeof mediaKinds)[number];
/** The kinds of message content that carry a file, named after the message's field. */
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

/** A file as declared in a message. None of it can be trusted. */
export interface MediaFile {
  /** The kind of content it was sent as. */
  kind: MediaKind;
  /** The id for getFile and for sending; one file may have several. */
  fileId: string;
  /** The same for the same file, even if different users send it. */
  fileUniqueId: string;
  /** Declared size in bytes. */
  size?: number;
  /** Declared file name. */
  name?: string;
  /** Declared MIME type. */
  type?: string;
  /** The caption, at most 200 characters. */
  caption?: string;
}

/** The place in a chat that an update came from and answers go to. When all fields are absent, the chat itself. */
export interface ChatRoute {
  /** The topic of a forum or of a private chat. */
  threadId?: number;
  /** The business connection on whose behalf the bot writes. */
  businessConnectionId?: string;
  /** The topic of a channel's direct messages, one per user. */
  directMessagesTopicId?: number;
  /** The query of a guest message. It can be answered once, and nothing else reaches its chat. */
  guestQueryId?: string;
  /** The only user of a group who sees the (ephemeral) messages. */
  receiverUserId?: number;
}

/** The destination of an event about a file, and the user it concerns. */
export interface FileAddress extends ChatRoute {
  /** The lane that receives the event. */
  lane: string;
  /** User part of the session key; absent when the event has no session. */
  sessionUser?: string;
  /** The chat of the message, for the event's context. */
  chat: { id: number; type: string };
  /** The user the event concerns; absent when a chat wrote the message itself. */
  from?: {
    id: number;
    is_bot: boolean;
    first_name: string;
    username?: string;
    language_code?: string;
  };
  /** The message with the file, or with the command. */
  messageId?: number;
}

/** A bot's request for a file. */
export interface DownloadRequest {
  /** Stable across retries of the turn that made the request. */
  id: string;
  /** Where the events about the file go. */
  address: FileAddress;
  /** The owner of the file, whose quota it counts against: the sender, or else the chat. */
  userId: number;
  /**
   * Requests with the same name share one additional user quota, because one person may be behind all of them: the
   * channels that write in one chat. Letters, digits, `:` and `-`.
   */
  sharedQuota?: string;
  /** The file, as declared in the message. */
  media: MediaFile;
  /** Shared by the messages of an album. */
  mediaGroupId?: string;
  /** Its place among the waiting downloads. */
  priority: DownloadPriority;
  /** Any JSON value of the bot author, returned in the event. */
  label?: unknown;
  /** Names of the processors to run on the stored file. */
  processors: string[];
  /** A message of the bot to edit during the download: `{percent}`, `{received}` and `{size}` are replaced. */
  progress?: { messageId: number; text: string };
  /** Milliseconds since 1970. */
  requestedAt: number;
}

/** The order of waiting downloads: `high` ones first, `low` ones last. */
export type DownloadPriority = 'high' | 'normal' | 'low';

/** A request to delete all files of a user. */
export interface ForgetRequest {
  /** Stable across retries of the turn that made the request. */
  id: string;
  /** Where the event about the deletion goes. */
  address: FileAddress;
  /** The owner of the files. */
  userId: number;
  /** Milliseconds since 1970. */
  requestedAt: number;
}

/** A file that has been fetched, checked and stored. */
export interface StoredFile {
  /** Its `file_unique_id`. */
  id: string;
  /** The `file_id` it was requested with. */
  fileId: string;
  /** The kind of content it was sent as. */
  kind: MediaKind;
  /** Safe to display and to use as a file name: no folders, no control characters, at most 200 characters. */
  name: string;
  /** The caption, unchecked; absent when there was none, or the file was stored by an earlier version. */
  caption?: string;
  /** MIME type, detected from the content. */
  type: string;
  /** Bytes. */
  size: number;
  /** Hexadecimal. */
  sha256: string;
  /** Its key in the storage. */
  key: string;
  /** Milliseconds since 1970. */
  storedAt: number;
  /** When it will be deleted, in milliseconds since 1970; absent when it is kept forever. */
  expiresAt?: number;
}

/**
 * Why a file could not be stored. `too-big`: larger than Telegram allows for bots, or than this deployment allows.
 * `expired`: Telegram no longer has it. `quota`: the user's or the bot's daily quota is used up. `type-refused`: the
 * type is not accepted, or not the declared one. `unsafe`: a redirect, a foreign address, or an archive with paths
 * outside of it. `infected`: the scan found something. `damaged`: the length is not the declared one. `too-slow`: it
 * took too long. `unavailable`: all attempts failed.
 */
export type FileFailureReason = (typeof fileFailureReasons)[number];
/** The reasons for which a file could not be stored. */
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

/** A file that could not be stored. */
export interface FileFailure {
  /** Its `file_unique_id`. */
  id: string;
  /** Its `file_id` in the request. */
  fileId: string;
  /** The kind of content it was sent as. */
  kind: MediaKind;
  /** The name that the message declared, if any; untrusted. */
  name?: string;
  /** Why it could not be stored. */
  reason: FileFailureReason;
  /** With `too-big`, if known: the maximum size of a file, in bytes. */
  mostBytes?: number;
}

interface FileEvent {
  /** Id of the request; for an album, of its first one. */
  request: string;
  address: FileAddress;
  label?: unknown;
  mediaGroupId?: string;
}

/** Files have been stored: a single one, or those of an album. `failures` lists the other files of the album. */
export interface FileReady extends FileEvent {
  /** At least one. */
  files: StoredFile[];
  /** Empty for a single file. */
  failures: FileFailure[];
}

/** None of the files could be stored. */
export interface FileFailed extends FileEvent {
  /** One for each requested file. */
  failures: FileFailure[];
}

/** A processor has run on a stored file. */
export interface FileProcessed extends FileEvent {
  /** The file the processor was given. */
  file: StoredFile;
  /** The processor's name, as in the request. */
  processor: string;
  /** The processor's result, any JSON value. */
  result?: unknown;
  /** A file made by the processor, such as a thumbnail. */
  made?: StoredFile;
  /** Why there is neither a result nor a file, in one word. */
  failure?: string;
}

/** All files of the user have been deleted. */
export interface FilesForgotten extends FileEvent {
  /** How many files were deleted. */
  count: number;
}

/** Internal events about files, by kind. */
export interface FileEvents {
  /** Files were stored. */
  file_ready: FileReady;
  /** None of the requested files could be stored. */
  file_failed: FileFailed;
  /** A processor has ended. */
  file_processed: FileProcessed;
  /** A user's files were deleted. */
  files_forgotten: FilesForgotten;
}
