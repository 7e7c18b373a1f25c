export const permissionNames = [
  'can_send_messages',
  'can_send_audios',
  'can_send_documents',
  'can_send_photos',
  'can_send_videos',
  'can_send_video_notes',
  'can_send_voice_notes',
  'can_send_polls',
  'can_send_other_messages',
  'can_add_web_page_previews',
  'can_react_to_messages',
  'can_change_info',
  'can_invite_users',
  'can_edit_tag',
  'can_pin_messages',
  'can_manage_topics',
] as const;

/** A whole Bot API `ChatPermissions`. */
export type Permissions = Record<(typeof permissionNames)[number], boolean>;

/** Rights of an administrator by their Bot API names. */
export type Rights = Record<string, boolean>;

/** What was decided about a user of a chat. Dates are Unix seconds; 0 is for ever. */
export type Standing =
  | { kind: 'administrator'; rights: Rights }
  | { kind: 'restricted'; permissions: Permissions; untilDate: number }
  | { kind: 'banned'; untilDate: number };

/** What a supergroup allows its members at first. */
export function defaultPermissions(): Permissions {
  const granted = permissionNames.map((name) => [name, name !== 'can_manage_topics']);
  return Object.fromEntries(granted) as Permissions;
}
