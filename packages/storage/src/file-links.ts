import { createHmac, timingSafeEqual } from 'node:crypto';
import { checkedKey } from './storage-key.js';

/** What a link opens. */
export interface LinkedFile {
  key: string;
  /** What the file is called when it is saved. */
  name: string;
  /** MIME type. */
  type: string;
}

/** What a link was signed for. */
export interface OpenLink extends LinkedFile {
  /** Milliseconds since 1970. */
  expiresAt: number;
}

/** Links to stored files that whoever has them can open until they expire: no account, nothing stored. */
export interface FileLinks {
  /**
   * @returns `/files/<signed>` under the base URL, or without it the path alone.
   * @throws {TypeError} for a key that is none.
   */
  sign(file: LinkedFile, expiresInSeconds: number): string;
  /** @param path of a request, with or without a query, which is not looked at. */
  open(path: string): OpenLink | 'expired' | 'forged';
}

/** The path that links begin with. */
export const fileLinksPath = '/files/';

/** Names of 200 characters make some 1,500. */
const maxLength = 4_096;

/**
 * Signs and opens links. What is signed can be read by whoever has the link: the key, the name, the type.
 * @param options.secret the same in all processes: a secret of its own or the bot's token; there is no way back to it from
 * a link. Another one ends all links.
 * @param options.baseUrl under which the ingress is reached from outside, such as `https://bot.example.org`.
 */
export function createFileLinks(options: { secret: string; baseUrl?: string }): FileLinks {
  const { secret } = options;
  const base = options.baseUrl?.replace(/\/+$/, '') ?? '';
  const signingKey = createHmac('sha256', secret).update('chatlane: links to files').digest();
  const signatureOf = (payload: string): string =>
    createHmac('sha256', signingKey).update(payload).digest('base64url');

  return {
    sign({ key, name, type }, expiresInSeconds) {
      const expires = Math.floor(Date.now() / 1_000) + expiresInSeconds;
      const payload = encode(JSON.stringify([expires, checkedKey(key), type, name]));
      return `${base}${fileLinksPath}${payload}.${signatureOf(payload)}`;
    },

    open(path) {
      const [payload, signature] = parts(path);
      // As text: decoded, the last character could be another one.
      const right = Buffer.from(signatureOf(payload));
      const given = Buffer.from(signature);
      if (given.length !== right.length || !timingSafeEqual(given, right)) return 'forged';
      const [expires, key, type, name] = JSON.parse(decode(payload)) as [
        number,
        string,
        string,
        string,
      ];
      const expiresAt = expires * 1_000;
      return expiresAt > Date.now() ? { key, name, type, expiresAt } : 'expired';
    },
  };
}

/** `['', '']` for what is no link: its signature is never right. */
function parts(path: string): [payload: string, signature: string] {
  if (!path.startsWith(fileLinksPath) || path.length > maxLength) return ['', ''];
  const [signed = ''] = path.slice(fileLinksPath.length).split('?');
  const [, payload = '', signature = ''] = /^([\w-]+)\.([\w-]{43})$/.exec(signed) ?? [];
  return [payload, signature];
}

const encode = (text: string): string => Buffer.from(text).toString('base64url');
const decode = (text: string): string => Buffer.from(text, 'base64url').toString();
