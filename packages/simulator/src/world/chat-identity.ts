export type ChatType = 'private' | 'group' | 'supergroup' | 'channel';

/** A Bot API `Chat`: what a message says about where it is. */
export interface ChatIdentity {
  /** The user's id in a private chat; negative in all others. */
  id: number;
  /** The kind of chat. */
  type: ChatType;
  /** The title of a group, supergroup or channel. */
  title?: string;
  /** The user's first name, in a private chat. */
  first_name?: string;
  /** The user's last name, in a private chat. */
  last_name?: string;
  /** The public name, without `@`. */
  username?: string;
  /** Set for a supergroup with topics. */
  is_forum?: true;
  /** The other fields of a `Chat`, which are passed through. */
  [field: string]: unknown;
}
