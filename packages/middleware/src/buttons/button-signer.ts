import { requireJson } from '@chatlane/contracts';
import type { z } from 'zod';
import { answer, type Answer } from '../guards/answer.js';
import type { TurnContext } from '../turn/turn.js';
import { parseCopy } from '../validation/parse-copy.js';
import { isGenuine, signData, type ButtonData } from './signed-data.js';

/**
 * Why a press was refused. `forged`: the signature is wrong, which only an attacker produces, or the button is bound to
 * another chat. `outdated`: the button has another version, an action or payload that is no longer known, or has
 * expired. `not-yours`: it is bound to another user. `changed`: its menu no longer has it, and is drawn again.
 */
export type ButtonRefusal = 'forged' | 'outdated' | 'not-yours' | 'changed';

/** Restrictions of a button. By default everyone who sees it may press it, and it never expires. */
export interface ButtonBounds {
  /** The id of the only user who may press it. */
  user?: number;
  /** The id of the only chat in which it works, so that its data cannot be used in another chat. */
  chat?: number;
  /** When it becomes outdated, rounded up to the second. */
  expires?: Date;
}

/** Signs the data of a bot's buttons, and checks it when a button is pressed. Shared by actions and menus. */
export interface ButtonSigner<C> {
  /** @throws Error when the name is taken or invalid */
  claim(kind: 'action' | 'menu', name: string): void;
  /** @throws Error when the data exceeds Telegram's 64 bytes */
  sign(name: string, payload: string, bounds: Partial<ButtonBounds>): string;
  /** The reason to refuse the press, apart from its payload. Undefined if there is none. */
  refusalOf(ctx: C, data: string, content: ButtonData): ButtonRefusal | undefined;
  /** Counts the press and answers it. */
  refuse(ctx: C, reason: ButtonRefusal): Promise<void>;
}

/** @param version is the bot's, see `ButtonsOptions` */
export function createButtonSigner<C extends TurnContext>(
  secret: string,
  version: string,
  refused: Answer<C, [reason: ButtonRefusal]>,
): ButtonSigner<C> {
  const kinds = new Map<string, string>();
  return {
    claim(kind, name) {
      if (!/^[a-z][a-z0-9_-]*$/.test(name)) {
        throw new Error(
          `${kind} "${name}": the name must be a letter followed by a-z, 0-9, _ and -`,
        );
      }
      if (kinds.has(name)) throw new Error(`${kind} "${name}": the name is already in use`);
      kinds.set(name, kind);
    },
    sign(name, payload, { user, chat, expires }) {
      const content: ButtonData = {
        version,
        action: name,
        expires: expires && Math.ceil(expires.getTime() / 1000),
        user,
        inChat: chat !== undefined,
        payload,
      };
      const data = signData(secret, content, chat);
      const bytes = Buffer.byteLength(data);
      if (bytes > 64) {
        throw new Error(
          `${kinds.get(name)} "${name}": the button's data takes ${bytes} bytes, Telegram allows 64: use a shorter name or payload`,
        );
      }
      return data;
    },
    refusalOf(ctx, data, content) {
      const query = ctx.callbackQuery;
      if (!isGenuine(secret, data, content, query?.message?.chat.id)) return 'forged';
      const { expires = Infinity, user = query?.from.id } = content;
      if (user !== query?.from.id) return 'not-yours';
      return content.version !== version || expires * 1000 <= Date.now() ? 'outdated' : undefined;
    },
    async refuse(ctx, reason) {
      ctx.turn.count?.(`button-${reason}`);
      await answer(ctx, refused, reason);
    },
  };
}

/** The data of the pressed button. Undefined for other updates. */
export function pressedData({ callbackQuery: query }: TurnContext): string | undefined {
  return query !== undefined && 'data' in query ? query.data : undefined;
}

/** @throws Error when the payload does not fit the schema, or JSON cannot hold it */
export function requireFit(label: string, payload: unknown, schema: z.ZodType | undefined): void {
  if (schema && !schema.safeParse(payload).success) {
    throw new Error(`${label}: the payload does not fit its schema`);
  }
  const read = (json: string) => schema?.safeParse(JSON.parse(json)).data;
  requireJson(`${label}: payload`, payload, read);
}

/** A payload that an older bot signed under the same version may no longer fit the schema. */
export function parsePayload(json: string, schema: z.ZodType | undefined) {
  const value: unknown = json === '' ? undefined : JSON.parse(json);
  return schema === undefined
    ? { success: value === undefined, data: undefined }
    : parseCopy(schema, value);
}
