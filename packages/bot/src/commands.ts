import type { BotCommand, BotCommandScope } from 'telegraf/types';
import { i18n } from './i18n.js';

/** One list of commands, as `setMyCommands` takes it. */
export interface CommandList {
  commands: readonly BotCommand[];
  scope: BotCommandScope;
  /** Absent: for all who use Telegram in a language that has no list of its own. */
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

/** The commands offered in a place, for /help too. */
export function commandsOf(place: Place, language: Language): BotCommand[] {
  return places[place].names.map((command) => ({
    command,
    description: i18n.t(language, `command.${command}`),
  }));
}

/** What Telegram is told: a list for each place, in each language. */
export const commands: readonly CommandList[] = (Object.keys(places) as Place[]).flatMap((place) =>
  i18n.languages.map((language) => ({
    commands: commandsOf(place, language),
    scope: places[place].scope,
    ...(language !== i18n.fallback && { language_code: language }),
  })),
);
