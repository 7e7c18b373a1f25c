import { seededRandom } from './seeded-random.js';

/** Faults of a download, in the order in which they are drawn. */
const downloadFaultKinds = [
  'file-status',
  'file-expire',
  'file-redirect',
  'file-cut',
  'file-stall',
  'file-drip',
  'file-length',
  'file-endless',
] as const;

/** All kinds of faults; the README describes each one. */
export const faultKinds = [
  'lose-ack',
  'duplicate',
  'status',
  'delay',
  'reset',
  'call-429',
  'call-5xx',
  'call-delay',
  'call-lose-ack',
  'file-unavailable',
  ...downloadFaultKinds,
] as const;

/** What a fault does. Kinds with `call-` hit Bot API calls, those with `file-` downloads, the others webhook deliveries. */
export type FaultKind = (typeof faultKinds)[number];

/** An active fault: what it affects, how much of it, and for how long. */
export interface FaultRule {
  /** What the fault does. */
  kind: FaultKind;
  /** The share of matching deliveries, calls or downloads that it affects, 0 to 1. */
  share: number;
  /** How many it affects before it ends. Default: no limit. */
  count?: number | undefined;
  /** Real milliseconds after which it ends. Default: never. */
  forMs?: number | undefined;
  /** The HTTP status. Default: 503 for `status`, 502 for `call-5xx`, 404 for `file-status`. */
  status?: number | undefined;
  /**
   * How many seconds the answer says to wait. Default: none; 1 for `call-429`. A `call-429` with `forMs` and
   * without this is a penalty: it answers with the seconds left of `forMs`.
   */
  retryAfter?: number | undefined;
  /** The delay of `delay` and `call-delay`, in milliseconds of Telegram's time. Default: 0. */
  delayMs?: number | undefined;
  /** Limits a `call-` fault to this method; case is ignored. Default: all methods. */
  method?: string | undefined;
  /** Limits the fault to calls and deliveries of this chat; a download belongs to none. Default: all. */
  chat_id?: number | undefined;
  /** Limits a `file-` fault to this file. Default: all files. */
  file_id?: string | undefined;
  /**
   * For downloads: the size at which it is cut or stalls (default: half), the rate per second (100), or the difference
   * in length (-1).
   */
  bytes?: number | undefined;
  /** Where a download is redirected to. Default: a private network address. */
  location?: string | undefined;
  /** Makes its random choices repeatable. Default: derived from the simulator's seed. */
  seed?: number | undefined;
}

/** What happens to one delivery. `retryAfter` is a header value. */
export interface DeliveryFault {
  loseAck: boolean;
  duplicate: boolean;
  reset: boolean;
  delayMs: number;
  status: number | undefined;
  retryAfter: string | undefined;
}

/** What happens to one call. */
export interface CallFault {
  delayMs: number;
  /** The error to answer with instead of carrying the call out. */
  refuse: { status: number; retryAfter: number } | undefined;
  /** Whether to break the connection after carrying the call out. */
  loseAck: boolean;
}

export interface DownloadFault extends FaultRule {
  kind: (typeof downloadFaultKinds)[number];
}

/** The active faults. Each `for...` method draws at random and counts what it affects. */
export interface Faults {
  /** Adds a fault and returns its id. */
  add(rule: FaultRule): number;
  /** The active faults, oldest first. `count` is how many more deliveries, calls or downloads each one affects. */
  list(): (FaultRule & { id: number })[];
  /** Ends all faults. */
  clear(): void;
  /** The faults of one webhook delivery of an update from this chat. */
  forDelivery(chatId: number | undefined): DeliveryFault;
  /** The faults of one call of this method to this chat. */
  forCall(method: string, chatId: number | undefined): CallFault;
  /** Whether getFile fails, as when Telegram temporarily cannot reach the file. */
  forGetFile(fileId: string): boolean;
  /** The fault of one download of this file; undefined when there is none. */
  forDownload(fileId: string): DownloadFault | undefined;
}

/** What a fault may target. */
interface Target {
  chatId?: number | undefined;
  method?: string;
  fileId?: string;
}

interface ActiveFault {
  id: number;
  rule: FaultRule;
  random: () => number;
  endsAt: number;
  left: number;
}

export function createFaults(seed: number): Faults {
  let active: ActiveFault[] = [];
  let lastId = 0;

  function alive(): ActiveFault[] {
    active = active.filter((fault) => fault.left > 0 && Date.now() < fault.endsAt);
    return active;
  }

  function strike(kind: FaultKind, target: Target): FaultRule | undefined {
    return find(kind, target)?.rule;
  }

  function find(kind: FaultKind, target: Target): ActiveFault | undefined {
    const { chatId, method, fileId } = target;
    if (active.length === 0) return undefined;
    for (const fault of alive()) {
      const { rule } = fault;
      if (rule.kind !== kind) continue;
      if (rule.chat_id !== undefined && rule.chat_id !== chatId) continue;
      if (rule.method !== undefined && rule.method.toLowerCase() !== method?.toLowerCase())
        continue;
      if (rule.file_id !== undefined && rule.file_id !== fileId) continue;
      if (fault.random() >= rule.share) continue;
      fault.left -= 1;
      return fault;
    }
    return undefined;
  }

  return {
    add(rule) {
      lastId += 1;
      active.push({
        id: lastId,
        rule,
        random: seededRandom(rule.seed ?? seed + lastId),
        endsAt: rule.forMs === undefined ? Infinity : Date.now() + rule.forMs,
        left: rule.count ?? Infinity,
      });
      return lastId;
    },
    list: () => alive().map(({ id, rule, left }) => ({ id, ...rule, ...countOf(left) })),
    clear() {
      active = [];
    },
    forDelivery(chatId) {
      const status = strike('status', { chatId });
      return {
        loseAck: strike('lose-ack', { chatId }) !== undefined,
        duplicate: strike('duplicate', { chatId }) !== undefined,
        reset: strike('reset', { chatId }) !== undefined,
        delayMs: strike('delay', { chatId })?.delayMs ?? 0,
        status: status && (status.status ?? 503),
        retryAfter: status?.retryAfter === undefined ? undefined : String(status.retryAfter),
      };
    },
    forCall(method, chatId) {
      const flood = find('call-429', { chatId, method });
      const broken = strike('call-5xx', { chatId, method });
      return {
        delayMs: strike('call-delay', { chatId, method })?.delayMs ?? 0,
        refuse: flood
          ? { status: 429, retryAfter: flood.rule.retryAfter ?? secondsLeft(flood) }
          : broken && { status: broken.status ?? 502, retryAfter: 0 },
        loseAck: strike('call-lose-ack', { chatId, method }) !== undefined,
      };
    },
    forGetFile: (fileId) => strike('file-unavailable', { fileId }) !== undefined,
    forDownload(fileId) {
      for (const kind of downloadFaultKinds) {
        const rule = strike(kind, { fileId });
        if (rule) return { ...rule, kind };
      }
      return undefined;
    },
  };
}

/** The seconds left of a penalty, which Telegram counts down; 1 for a fault without an end. */
function secondsLeft({ endsAt }: ActiveFault): number {
  return endsAt === Infinity ? 1 : Math.max(1, Math.ceil((endsAt - Date.now()) / 1_000));
}

function countOf(left: number): { count?: number } {
  return left === Infinity ? {} : { count: left };
}
