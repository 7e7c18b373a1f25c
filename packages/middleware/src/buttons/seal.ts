import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a button's data says; all of it is under the signature. */
export interface Sealed {
  version: string;
  action: string;
  /** Unix time in seconds from which on it is refused. */
  expires: number | undefined;
  /** The only user who may press it. */
  user: number | undefined;
  /** It counts in the chat it was made for only; which that is is signed, but not in the data. */
  inChat: boolean;
  payload: string;
}

const form =
  /^~([\w-]{12})([0-9A-Za-z]{1,8})\.([a-z][a-z0-9_-]*)\.(?:E([0-9a-z]+))?(?:U([0-9a-z]+))?(C?)\.(.*)$/s;

/** `~`, 72 bits of HMAC-SHA-256, and the fields: version, action, bounds, payload. */
export function seal(secret: string, sealed: Sealed, chat: number | undefined): string {
  const { version, action, expires, user, inChat, payload } = sealed;
  const until = expires === undefined ? '' : `E${expires.toString(36)}`;
  const whose = user === undefined ? '' : `U${user.toString(36)}`;
  const fields = `${version}.${action}.${until}${whose}${inChat ? 'C' : ''}.${payload}`;
  return `~${sign(secret, fields, inChat ? chat : undefined)}${fields}`;
}

/** Whether the data claims to be a sealed one. */
export function isSealed(data: string): boolean {
  return data.startsWith('~');
}

/** Reads what the data says without believing it; undefined when it has another form. */
export function readSeal(data: string): Sealed | undefined {
  const [match, , version = '', action = '', until, whose, inChat, payload = ''] =
    form.exec(data) ?? [];
  if (match === undefined) return undefined;
  return {
    version,
    action,
    expires: until === undefined ? undefined : parseInt(until, 36),
    user: whose === undefined ? undefined : parseInt(whose, 36),
    inChat: inChat === 'C',
    payload,
  };
}

/** Whether the data was sealed with this secret, and for this chat if for one. Takes the same time for each answer. */
export function isGenuine(secret: string, data: string, sealed: Sealed, chat: number | undefined) {
  const expected = Buffer.from(seal(secret, sealed, chat));
  const given = Buffer.from(data);
  return expected.length === given.length && timingSafeEqual(expected, given);
}

function sign(secret: string, fields: string, chat: number | undefined): string {
  const signed = JSON.stringify(['chatlane button', fields, chat ?? null]);
  return createHmac('sha256', secret).update(signed).digest().subarray(0, 9).toString('base64url');
}
