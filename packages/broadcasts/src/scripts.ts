import { defineBatchScript, defineScript } from '@chatlane/redis';

const lua = (operation: string): URL => new URL(`../lua/${operation}.lua`, import.meta.url);
const names = [lua('names')];
const chats = [...names, lua('chats')];

const texts = (reply: unknown): string[] => (reply as (Buffer | number)[]).map(String);

export const createScript = defineScript(lua('create'), Number, names);

/** The state before; `''` when the broadcast does not exist. */
export const changeContentScript = defineScript(lua('change-content'), String, names);

export const addRecipientsScript = defineScript(
  lua('add-recipients'),
  (reply) => {
    const [state = '', added, size] = texts(reply);
    return { state, added: Number(added), size: Number(size) };
  },
  names,
);

export const confirmPreviewScript = defineScript(
  lua('confirm-preview'),
  (reply) => reply === 1,
  names,
);

/** A state, and milliseconds. */
export const startScript = defineScript(lua('start'), parseStateAndMs, names);
export const resumeScript = defineScript(lua('resume'), parseStateAndMs, names);

/** The state before. */
export const pauseScript = defineScript(lua('pause'), String, names);
export const cancelScript = defineScript(lua('cancel'), String, names);

/** A broadcast that a runner has taken. */
export interface Taken {
  readonly state: 'run';
  /** The fencing token. */
  readonly epoch: number;
  /** All recipients before it have outcomes. */
  readonly low: number;
  readonly size: number;
  readonly content: string;
  readonly topic: string;
  readonly paid: boolean;
  /** Messages per second of this broadcast; 0 for no limit of its own. */
  readonly rate: number;
  /** The share of failed messages at which the broadcast pauses. */
  readonly maxErrors: number;
}

type Taking =
  Taken | { readonly state: 'held' | 'later'; readonly ms: number } | { readonly state: 'idle' };

export const takeScript = defineScript(
  lua('take'),
  (reply): Taking => {
    const [state = '', ...rest] = texts(reply);
    if (state === 'held' || state === 'later') return { state, ms: Number(rest[0]) };
    if (state !== 'run') return { state: 'idle' };
    const [epoch, low, size, content = '', rate, maxErrors, topic = '', paid] = rest;
    return {
      state,
      epoch: Number(epoch),
      low: Number(low),
      size: Number(size),
      content,
      topic,
      paid: paid === '1',
      rate: Number(rate),
      maxErrors: Number(maxErrors),
    };
  },
  names,
);

export const renewScript = defineScript(
  lua('renew'),
  (reply) => {
    const [state = '', rate] = texts(reply);
    return { state, rate: Number(rate) };
  },
  names,
);

export const releaseScript = defineScript(lua('release'), String, names);

export const fetchScript = defineScript(
  lua('fetch'),
  (reply) => {
    const [audience, outcomes, known] = reply as [Buffer, Buffer, Buffer[]];
    /** Languages and reasons to skip, alternating. */
    return { audience, outcomes, known: known.map(String) };
  },
  chats,
);

/** How many records have changed. */
export const sawChatsScript = defineScript(lua('saw-chats'), Number, chats);
export const changeChatScript = defineScript(lua('change-chat'), (reply) => reply === 1, chats);
export const findChatsScript = defineScript(
  lua('find-chats'),
  (reply) => texts(reply).map(Number),
  chats,
);
export const readChatScript = defineScript(
  lua('read-chat'),
  (reply) => {
    const [day, language = '', blockedSeconds, tags = '', out = ''] = texts(reply);
    const items = (list: string): string[] => list.split(',').filter(Boolean);
    return {
      day: Number(day),
      language,
      isBlocked: Number(blockedSeconds) > 0,
      tags: items(tags),
      optedOut: items(out),
    };
  },
  chats,
);

/** Whether the message may leave. */
export const markScript = defineBatchScript(lua('mark'), (reply) => reply === 1, names);

/** Whether the outcome is stored, and whether the broadcast is finished with it. */
export const settleScript = defineBatchScript(
  lua('settle'),
  (reply) => (['refused', 'stored', 'finished'] as const)[reply as 0 | 1 | 2],
  chats,
);

function parseStateAndMs(reply: unknown): { state: string; ms: number } {
  const [state = '', ms] = texts(reply);
  return { state, ms: Number(ms) };
}
