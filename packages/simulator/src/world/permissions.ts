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

/** A complete Bot API `ChatPermissions`. */
export type Permissions = Record<(typeof permissionNames)[number], boolean>;

/** Administrator rights by their Bot API names. */
export type Rights = Record<string, boolean>;

/** A user's special status in a chat. Dates are Unix seconds; 0 means forever. */
export type Standing =
  | { kind: 'administrator'; rights: Rights }
  | { kind: 'restricted'; permissions: Permissions; untilDate: number }
  | { kind: 'banned'; untilDate: number };

/** The permissions of a new supergroup's members. */
export function defaultPermissions(): Permissions {
  const granted = permissionNames.map((name) => [name, name !== 'can_manage_topics']);
  return Object.fromEntries(granted) as Permissions;
}
