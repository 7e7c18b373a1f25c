import { createRequire } from 'node:module';
import type { MessageEntity } from './message.js';

const require = createRequire(import.meta.url);
/** The list is a JSON module. It is loaded with `require` because runners differ in how they import JSON. */
const topLevelDomains = new Set(require('tlds') as string[]);

// Character classes as in td/telegram/MessageEntity.cpp, match_urls. General punctuation, except joiners and dashes,
// ends a URL.
const punctuation = String.raw`(?![\p{Z}\u2000-\u200b\u200e\u200f\u2016-\u206f])`;
const domainChar = String.raw`(?:${punctuation}[A-Za-z0-9._~\-\u00c0-\u{10ffff}])`;
const userChar = '(?:' + punctuation + '[^\\n/[\\]{}()\'`<>"@\\u00ab\\u00bb])';
const pathChar = String.raw`(?:${punctuation}[^\n<>"\u00ab\u00bb])`;
const candidates = new RegExp(
  `(?:([A-Za-z0-9+-]{1,32})://)?(?:(${userChar}{1,256})@)?(${domainChar}+)(:\\d{1,5})?([/?#]${pathChar}*)?`,
  'gu',
);
const ownLinks = new RegExp(`(?:tg|ton|tonsite)://[\\w-]{1,253}(?:[/?#]${pathChar}*)?`, 'giu');
const schemes = /(?<![st])http$|https$|(?<![st])ftp$|tonsite$/i;

/** Links and e-mail addresses in plain text (td MessageEntity, find_urls and find_tg_urls). */
export function findUrls(text: string): MessageEntity[] {
  const own = [...text.matchAll(ownLinks)].map(({ 0: match, index }) => ({
    type: 'url',
    offset: index,
    length: withoutEnd(match).length,
  }));
  return [...own, ...[...text.matchAll(candidates)].flatMap((match) => entityOf(text, match))];
}

function entityOf(text: string, match: RegExpExecArray): MessageEntity[] {
  const [whole, scheme, user = '', domain = '', port = '', path = ''] = match;
  if (!domain.includes('.')) return [];
  const prefix = scheme === undefined ? '' : schemes.exec(scheme)?.[0];
  if (prefix === undefined) return [];
  const before = text.slice(Math.max(0, match.index - 2), match.index);
  if (scheme === undefined && /[\p{L}\p{N}_/#@]$/u.test(before)) return [];
  const offset = match.index + (scheme === undefined ? 0 : scheme.length - prefix.length);
  const authority = (user && `${user}@`) + domain + (Number(port.slice(1)) <= 65_535 ? port : '');
  const rest = port === '' || authority.endsWith(port) ? balanced(path) : '';
  if (scheme === undefined) {
    const address = `${user}@${domain}`.replace(/\.+$/, '');
    const start = address.startsWith('mailto:') ? 'mailto:'.length : 0;
    if (rest === '' && isEmail(address.slice(start))) {
      return [{ type: 'email', offset: offset + start, length: address.length - start }];
    }
  }
  const name = rest === '' ? domain.replace(/\.+$/, '') : domain;
  if (!isDomain(name, scheme !== undefined)) return [];
  const end = whole.indexOf(authority) + authority.length + rest.length;
  const url = text.slice(offset, match.index + end);
  return [{ type: 'url', offset, length: withoutEnd(url).length }];
}

/** Cuts the path at the first unmatched closing bracket; a question mark or hash alone is not a path. */
function balanced(path: string): string {
  const depths = new Map([
    ['(', 0],
    ['[', 0],
    ['{', 0],
  ]);
  const opening: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };
  let end = 0;
  for (; end < path.length; end += 1) {
    const char = path[end] as string;
    const bracket = opening[char] ?? char;
    const depth = depths.get(bracket);
    if (depth === undefined) continue;
    if (char !== bracket && depth === 0) break;
    depths.set(bracket, depth + (char === bracket ? 1 : -1));
  }
  const rest = withoutEnd(path.slice(0, end));
  return rest === '?' || rest === '#' ? '' : rest;
}

function withoutEnd(url: string): string {
  return url.replace(/[.:;,('?!`]+$/, '');
}

function isDomain(domain: string, hasScheme: boolean): boolean {
  const parts = domain.toLowerCase().split('.');
  const topLevel = parts.at(-1) as string;
  const isWhole = parts.every((part) => part !== '' && part.length < 64 && !part.endsWith('-'));
  if (parts.length < 2 || !isWhole) return false;
  if (parts.every((part) => /^\d+$/.test(part))) {
    return (
      parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && +part < 256)
    );
  }
  if ([...topLevel].length <= 1 || parts.at(-2)?.includes('_')) return false;
  if (topLevel.startsWith('xn--')) return /^xn--[a-z0-9]{2,}$/.test(topLevel);
  return !/[_-]/.test(topLevel) && (hasScheme || topLevelDomains.has(topLevel));
}

function isEmail(address: string): boolean {
  const at = address.indexOf('@');
  const user = address.slice(0, at).split(/[.+]/);
  const domain = address.slice(at + 1).split('.');
  const last = user.at(-1) as string;
  return (
    user.length < 12 &&
    user.slice(0, -1).every((part) => part.length < 27) &&
    user.every((part) => /^[\w-]*$/.test(part)) &&
    last.length > 0 &&
    last.length < 36 &&
    domain.length > 1 &&
    domain.length <= 7 &&
    /^[a-z]{2,8}$/i.test(domain.at(-1) as string) &&
    domain.slice(0, -1).every((part) => /^[a-z0-9]([\w-]{0,28}[a-z0-9])?$/i.test(part))
  );
}
