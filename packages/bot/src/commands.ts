import type { BotCommand, BotCommandScope } from 'telegraf/types';
import { i18n } from './i18n.js';

/** A list of commands, the parameters of `setMyCommands`. */
export interface CommandList {
  /** The commands, in the order in which Telegram shows them. */
  commands: readonly BotCommand[];
  /** The chats in which the commands are offered. */
  scope: BotCommandScope;
  /** Absent: for users whose language has no list of its own. */
  language_code?: string;
}

const inPrivate = [
  'start',
  'register',
  'profile',
  'survey',
  'files',
  'get',
  'forget',
  'settings',
  'language',
  'cancel',
  'reset',
  'help',
] as const;
const inGroups = ['start', 'language', 'cancel', 'reset', 'help'] as const;
const forAdmins = ['admin', ...inGroups] as const;

/** Where a command is offered. */
export type Place = 'private' | 'groups' | 'admins';

const places: Record<
  Place,
  { scope: BotCommandScope; names: readonly ((typeof inPrivate)[number] | 'admin')[] }
> = {
  private: { scope: { type: 'all_private_chats' }, names: inPrivate },
  groups: { scope: { type: 'all_group_chats' }, names: inGroups },
  admins: { scope: { type: 'all_chat_administrators' }, names: forAdmins },
};

type Language = (typeof i18n.languages)[number];

/** The commands that are offered in a place, including by /help. */
export function commandsOf(place: Place, language: Language): BotCommand[] {
  return places[place].names.map((command) => ({
    command,
    description: i18n.t(language, `command.${command}`),
  }));
}

/** The command lists that are registered with Telegram: one for each place and language. */
export const commands: readonly CommandList[] = (Object.keys(places) as Place[]).flatMap((place) =>
  i18n.languages.map((language) => ({
    commands: commandsOf(place, language),
    scope: places[place].scope,
    ...(language !== i18n.fallback && { language_code: language }),
  })),
);
