import { createHmac, timingSafeEqual } from 'node:crypto';
import { checkedKey } from './storage-key.js';

/** The file that a link points to. */
export interface LinkedFile {
  /** Its key in the storage. */
  key: string;
  /** The name under which a browser saves it. */
  name: string;
  /** MIME type. */
  type: string;
}

/** The content of a valid link. */
export interface OpenLink extends LinkedFile {
  /** Milliseconds since 1970. */
  expiresAt: number;
}

/** Links to stored files. Anyone with the link can open it until it expires; links need no account and no state. */
export interface FileLinks {
  /**
   * @returns `/files/<signed>` below the base URL, or the path alone when there is no base URL
   * @throws {TypeError} for an invalid key
   */
  sign(file: LinkedFile, expiresInSeconds: number): string;
  /** Verifies a link. @param path of a request; a query is ignored */
  open(path: string): OpenLink | 'expired' | 'forged';
}

/** The prefix of all link paths. */
export const fileLinksPath = '/files/';

/** Longer paths are rejected; a name of 200 characters takes about 1,500. */
const maxLength = 4_096;

/**
 * Signs and verifies links. The signed data (key, name, type) is readable by anyone with the link.
 *
 * @param options.secret the same in all processes: a dedicated secret, or the bot's token. It cannot be derived from a
 *   link. Changing it invalidates all links.
 * @param options.baseUrl the ingress's public address, such as `https://bot.example.org`
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
      // Compared as text: different last characters can decode to the same bytes.
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

/** `['', '']` when the path is not a link; such a signature never matches. */
function parts(path: string): [payload: string, signature: string] {
  if (!path.startsWith(fileLinksPath) || path.length > maxLength) return ['', ''];
  const [signed = ''] = path.slice(fileLinksPath.length).split('?');
  const [, payload = '', signature = ''] = /^([\w-]+)\.([\w-]{43})$/.exec(signed) ?? [];
  return [payload, signature];
}

const encode = (text: string): string => Buffer.from(text).toString('base64url');
const decode = (text: string): string => Buffer.from(text, 'base64url').toString();
