import { namePart } from './fields.js';
import { expressKinds } from './lane-of.js';

/**
 * The lane that an operator named, either by its own name or with Telegram's ids (`b:<connection>:<chat>`,
 * `p:<poll>`). An id with colons, spaces or more than 64 characters is hashed in the lane's name. Undefined when `text`
 * does not name a lane.
 */
export function laneNamed(text: string): string | undefined {
  const [, kind, rest = ''] = /^(c|g|x|b|p|s|express):(.+)$/s.exec(text) ?? [];
  switch (kind) {
    case 'c':
    case 'g':
      return isId(rest) ? text : undefined;
    case 'x':
      return isId(rest) && !rest.startsWith('-') ? text : undefined;
    case 'b': {
      const [, connection = rest, chat] = /^(.+):([^:]+)$/s.exec(rest) ?? [];
      if (chat === undefined || !isId(chat)) return `b:${partNamed(rest)}`;
      return `b:${partNamed(connection)}:${chat}`;
    }
    case 'p':
      return `p:${partNamed(rest)}`;
    case 's':
      return /^[\w-]{1,64}$/.test(rest) ? text : undefined;
    case 'express': {
      const [name = '', user = '', ...more] = rest.split(':');
      const isKind = (expressKinds as readonly string[]).includes(name);
      return isKind && isId(user) && more.length === 0 ? text : undefined;
    }
    case undefined:
    default:
      return undefined;
  }
}

function isId(text: string): boolean {
  return /^(0|-?[1-9]\d*)$/.test(text) && Number.isSafeInteger(Number(text));
}

/** An id that is already a hash is kept, as `lanes list` shows it. */
function partNamed(id: string): string {
  return /^~[\w-]{43}$/.test(id) ? id : namePart(id)!;
}
