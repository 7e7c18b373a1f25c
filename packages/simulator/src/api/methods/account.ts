import { badRequest } from '../api-error.js';
import type { Arguments } from '../arguments.js';
import { administratorRights } from '../chat-member.js';
import type { Method, MethodFamily } from '../method.js';

const abilities = {
  can_join_groups: true,
  can_read_all_group_messages: true,
  supports_inline_queries: true,
  can_connect_to_business: false,
  has_main_web_app: false,
  has_topics_enabled: false,
  allows_users_to_create_topics: false,
  can_manage_bots: false,
  supports_join_request_queries: false,
};

/** The bot's own account and profile. */
export const accountMethods: MethodFamily = ({ world }) => ({
  getMe: () => ({ ...world.bot, ...abilities }),
  logOut: () => true,
  close: () => true,
  ...profileText('Name', 'name', 64, world.bot.first_name),
  ...profileText('Description', 'description', 512, ''),
  ...profileText('ShortDescription', 'short_description', 120, ''),
  ...storedSetting('ChatMenuButton', 'menu_button', { type: 'commands' }, 'chat_id'),
  ...defaultRights(),
});

/** setMyX and getMyX for a text that exists once per language. */
function profileText(
  name: string,
  field: string,
  longest: number,
  fallback: string,
): Record<string, Method> {
  const texts = new Map<string, string>();
  return {
    [`setMy${name}`]({ args }) {
      const text = args.text(field);
      if ([...text].length > longest)
        throw badRequest(`bot ${field.replace('_', ' ')} is too long`);
      texts.set(args.text('language_code'), text);
      return true;
    },
    [`getMy${name}`]: ({ args }) => ({
      [field]: texts.get(args.text('language_code')) || texts.get('') || fallback,
    }),
  };
}

/** The administrator rights that the bot asks for, in groups and in channels. */
function defaultRights(): Record<string, Method> {
  const none: Readonly<Record<string, unknown>> = {};
  const given = new Map<boolean, Readonly<Record<string, unknown>>>();
  return {
    setMyDefaultAdministratorRights({ args }) {
      const rights = args.json('rights') ?? none;
      if (typeof rights !== 'object') throw badRequest('rights must be an Object');
      given.set(args.flag('for_channels'), rights as Record<string, unknown>);
      return true;
    },
    getMyDefaultAdministratorRights({ args }) {
      const forChannels = args.flag('for_channels');
      const rights = given.get(forChannels) ?? none;
      return administratorRights((name) => rights[name] === true, { forChannels });
    },
  };
}

/** setX and getX for an object stored once per value of `key`, and once as the default. */
function storedSetting(
  name: string,
  field: string,
  fallback: object,
  key: string,
): Record<string, Method> {
  const values = new Map<string, unknown>();
  const keyOf = (args: Arguments) => args.text(key);
  return {
    [`set${name}`]({ args }) {
      values.set(keyOf(args), args.json(field) ?? fallback);
      return true;
    },
    [`get${name}`]: ({ args }) => values.get(keyOf(args)) ?? values.get('') ?? fallback,
  };
}
