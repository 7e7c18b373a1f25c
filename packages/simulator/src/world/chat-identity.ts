export type ChatType = 'private' | 'group' | 'supergroup' | 'channel';

/** A Bot API `Chat`: what a message says about where it is. */
export interface ChatIdentity {
  id: number;
  type: ChatType;
  title?: string;
  first_name?: string;
  last_name?: string;
  username?: string;
  is_forum?: true;
  [field: string]: unknown;
}
