import { createHmac, timingSafeEqual } from 'node:crypto';

/** The signed content of a button's data. */
export interface ButtonData {
  version: string;
  action: string;
  /** Unix time in seconds from which the button is refused. */
  expires: number | undefined;
  /** The only user who may press the button. */
  user: number | undefined;
  /** The button works only in one chat. The chat's id is part of the signature, but not of the data. */
  inChat: boolean;
  /** JSON, or empty. */
  payload: string;
}

const form =
  /^~([\w-]{12})([0-9A-Za-z]{1,8})\.([a-z][a-z0-9_-]*)\.(?:E([0-9a-z]+))?(?:U([0-9a-z]+))?(C?)\.(.*)$/s;

/** Encodes the data as `~`, 72 bits of HMAC-SHA-256, and the fields: version, action, bounds, payload. */
export function signData(secret: string, content: ButtonData, chat: number | undefined): string {
  const { version, action, expires, user, inChat, payload } = content;
  const until = expires === undefined ? '' : `E${expires.toString(36)}`;
  const whose = user === undefined ? '' : `U${user.toString(36)}`;
  const fields = `${version}.${action}.${until}${whose}${inChat ? 'C' : ''}.${payload}`;
  return `~${sign(secret, fields, inChat ? chat : undefined)}${fields}`;
}

/** Whether the data has the prefix of signed data. */
export function looksSigned(data: string): boolean {
  return data.startsWith('~');
}

/** Parses the data without verifying it. Undefined when it has another form. */
export function parseData(data: string): ButtonData | undefined {
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

/** Whether the data was signed with this secret, and for this chat if bound to one. Takes constant time. */
export function isGenuine(
  secret: string,
  data: string,
  content: ButtonData,
  chat: number | undefined,
): boolean {
  const expected = Buffer.from(signData(secret, content, chat));
  const given = Buffer.from(data);
  return expected.length === given.length && timingSafeEqual(expected, given);
}

function sign(secret: string, fields: string, chat: number | undefined): string {
  return shortSignature(secret, ['chatlane button', fields, chat ?? null]);
}

/** The first 72 bits of the HMAC-SHA-256 of the parts: 12 characters. The first part names the purpose. */
export function shortSignature(secret: string, parts: readonly unknown[]): string {
  const digest = createHmac('sha256', secret).update(JSON.stringify(parts)).digest();
  return digest.subarray(0, 9).toString('base64url');
}
