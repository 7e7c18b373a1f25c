import { namePart } from './fields.js';
import { expressKinds } from './lane-of.js';

/**
 * The lane that a person means: its name as it is, or with an id as Telegram writes it (`b:<connection>:<chat>`, `p:<poll>`),
 * which the name holds hashed when it has colons, spaces or more than 64 characters. Undefined: no lane can have that name.
 */
export function laneNamed(text: string): string | undefined {
  const [, kind, rest = ''] = /^(c|g|x|b|p|express):(.+)$/s.exec(text) ?? [];
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

/** One that is a hash already is taken as it is, as `lanes list` shows it. */
function partNamed(id: string): string {
  return /^~[\w-]{43}$/.test(id) ? id : namePart(id)!;
}
