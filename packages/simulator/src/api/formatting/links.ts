import type { MessageEntity } from '../../world/message.js';

/** An entity without its position: a link, a mention, a custom emoji, a date. */
export type EntityContent = Omit<MessageEntity, 'offset' | 'length'>;

const ownScheme = /^(tg|ton|tonsite):(?:\/\/)?/i;
const largestId = 2n ** 63n;
const latestDate = 2 ** 31;

/**
 * The link as Telegram normalizes it (td LinkManager::check_link): `http://` is added when the scheme is missing, and a
 * path is always added.
 *
 * @throws Error that says why the link is invalid
 */
export function checkedLink(link: string): string {
  const scheme = ownScheme.exec(link);
  if (scheme) return ownLink(link.slice(scheme[0].length), (scheme[1] as string).toLowerCase());
  const given = /^([^:/?#@[\]]*):\/\//.exec(link);
  if (given && !/^https?$/i.test(given[1] as string)) throw new Error('Unsupported URL protocol');
  const { host, authority, query } = partsOf(given ? link.slice(given[0].length) : link);
  if (!host.includes('.') && !host.startsWith('[')) throw new Error('Wrong HTTP URL');
  return `${given ? (given[1] as string).toLowerCase() : 'http'}://${authority}${query}`;
}

/** The entity for a link in a text. Undefined when it is invalid: the text then stays plain. */
export function linkContent(url: string): EntityContent | undefined {
  const userId = mentionedUser(url);
  if (userId !== undefined) {
    return { type: 'text_mention', user: { id: userId, is_bot: false, first_name: '' } };
  }
  try {
    return { type: 'text_link', url: checkedLink(url) };
  } catch {
    return undefined;
  }
}

/** The entity for `tg://emoji?id=` and `tg://time?unix=&format=`; undefined for any other link. */
export function specialContent(url: string): EntityContent | undefined {
  const emoji = parametersOf(url, 'emoji')?.get('id');
  if (emoji !== undefined && emoji !== null) return customEmoji(emoji);
  const time = parametersOf(url, 'time');
  const unix = Number(time?.get('unix') ?? 0);
  if (!time || !Number.isInteger(unix) || unix <= 0 || unix >= latestDate) return undefined;
  return dateTime(unix, time.get('format') ?? '');
}

export function customEmoji(id: string): EntityContent | undefined {
  if (!/^-?\d{1,19}$/.test(id) || BigInt(id) === 0n || BigInt(id) >= largestId) return undefined;
  return { type: 'custom_emoji', custom_emoji_id: BigInt(id).toString() };
}

/** Undefined for an unknown format. */
export function dateTime(unix_time: number, format: string): EntityContent | undefined {
  if (!/^([rR]|[tTdDwW]*)$/.test(format)) return undefined;
  const first = (short: string, long: string) =>
    format.includes(short) ? short : format.includes(long) ? long : '';
  const date_time_format = /^r$/i.test(format)
    ? 'r'
    : `${/w/i.test(format) ? 'w' : ''}${first('d', 'D')}${first('t', 'T')}`;
  return { type: 'date_time', unix_time, date_time_format };
}

function ownLink(rest: string, scheme: string): string {
  const { host, authority, query } = partsOf(rest);
  const allowed = scheme === 'tonsite' ? /^[a-z0-9._-]+$/i : /^[a-z0-9_-]+$/i;
  if (host !== authority) throw new Error(scheme === 'tg' ? 'Wrong tg URL' : 'Wrong ton URL');
  if (!allowed.test(host)) throw new Error('Unallowed characters in URL host');
  return `${scheme}://${host}${query.replace(/^\/\?/, '?')}`;
}

function partsOf(url: string): { host: string; authority: string; query: string } {
  const authority = /^[^/?#]*/.exec(url)?.[0] ?? '';
  const port = /:(\d*)$/.exec(authority)?.[1];
  if (port !== undefined && !(Number(port) >= 1 && Number(port) <= 65_535)) {
    throw new Error('Wrong port number specified in the URL');
  }
  const at = authority.lastIndexOf('@') + 1;
  const userinfo = authority.slice(0, at);
  const address = authority.slice(at).toLowerCase();
  const host = port === undefined ? address : address.slice(0, -port.length - 1);
  if (host === '') throw new Error('URL host is empty');
  if (host === '.') throw new Error('Host is invalid');
  if (!/^(\[[0-9a-f:.]+\]|[\w.\-!$,~*'();&+=%\u0080-\uffff]+)$/.test(host)) {
    throw new Error('Disallowed character in URL host');
  }
  const rest = url.slice(authority.length).trimEnd();
  const query = (rest.startsWith('/') ? rest : `/${rest}`).replaceAll(' ', '%20');
  return { host, authority: userinfo + address, query };
}

function mentionedUser(url: string): number | undefined {
  const id = parametersOf(url, 'user')?.get('id');
  return id && /^\d{1,16}$/.test(id) && Number(id) > 0 ? Number(id) : undefined;
}

/** The query parameters of `tg://<host>?...`; undefined for any other link. */
function parametersOf(url: string, host: string): URLSearchParams | undefined {
  const match = /^tg:(?:\/\/)?([a-z]+)\/?\?([^#]*)/i.exec(url);
  return match?.[1]?.toLowerCase() === host ? new URLSearchParams(match[2]) : undefined;
}
