import { defineScript, type Connection, type Script, type ScriptArg } from './script.js';

/** The most calls in one EVALSHA: the server begins on them while the process makes the next ones. */
const MOST = 16;

/** Up to this length an argument travels with its neighbours: a client spends more on an argument than on its bytes. */
const SHORT = 512;

/** Stands among the short arguments for one that follows by itself. */
const APART = '\u0001';

const unpack = new URL('../lua/unpack.lua', import.meta.url);

let isTaken = false;

/**
 * Runs each in a turn of its own. Replies that come together would have all their callers go on in step, and the
 * server wait for the last of them: so it works on what the first ones send while the next ones go on.
 */
function apart(settle: () => void): void {
  if (isTaken) return void setImmediate(settle);
  isTaken = true;
  setImmediate(() => (isTaken = false));
  settle();
}

interface Call<Reply> {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
}

/** Calls that are sent together. */
class Batch<Reply> {
  readonly #calls: Call<Reply>[] = [];
  readonly #apart: ScriptArg[] = [];
  readonly #short: (string | number)[] = [];

  /** How many calls. */
  get size(): number {
    return this.#calls.length;
  }

  get args(): ScriptArg[] {
    return [`${this.#short.join('\n')}\n`, ...this.#apart];
  }

  add(args: readonly ScriptArg[], call: Call<Reply>): void {
    for (const arg of args) {
      if (typeof arg === 'number' || (typeof arg === 'string' && isShort(arg))) {
        this.#short.push(arg);
      } else {
        this.#short.push(APART);
        this.#apart.push(arg);
      }
    }
    this.#calls.push(call);
  }

  settle(replies: Promise<unknown[]>, parse: (reply: unknown) => Reply): void {
    replies.then(
      (all) => apart(() => this.#calls.forEach((call, index) => answer(call, all[index], parse))),
      (error: Error) => this.#calls.forEach(({ reject }) => reject(error)),
    );
  }
}

function answer<Reply>(
  { resolve, reject }: Call<Reply>,
  reply: unknown,
  parse: (reply: unknown) => Reply,
): void {
  try {
    resolve(parse(reply));
  } catch (error) {
    reject(error as Error);
  }
}

function isShort(arg: string): boolean {
  return arg.length <= SHORT && !arg.includes('\n') && arg !== APART;
}

/**
 * Reads a `.lua` file that carries out many calls at once: its ARGV is the arguments of all, one after another, its
 * reply an array with one reply a call. See `defineScript` for the rest.
 *
 * Calls with the same array of keys, made in one turn of the event loop, share a round trip and an EVALSHA. They are
 * carried out in the order of the calls; when Redis answers the script with an error, all of them reject.
 */
export function defineBatchScript<Reply>(
  file: URL,
  parse: (reply: unknown) => Reply,
  shared: readonly URL[] = [],
): Script<Reply> {
  const script = defineScript(file, (reply) => reply as unknown[], [unpack, ...shared]);
  const connections = new WeakMap<object, Map<readonly string[], Batch<Reply>>>();

  function batchesOf(redis: object): Map<readonly string[], Batch<Reply>> {
    const existing = connections.get(redis);
    if (existing) return existing;
    const batches = new Map<readonly string[], Batch<Reply>>();
    connections.set(redis, batches);
    return batches;
  }

  function send(redis: Connection, keys: readonly string[], batch: Batch<Reply>): void {
    batch.settle(script.run(redis, keys, batch.args), parse);
  }

  function batchFor(redis: Connection, keys: readonly string[]): Batch<Reply> {
    const batches = batchesOf(redis);
    const open = batches.get(keys);
    if (open && open.size < MOST) return open;
    const batch = new Batch<Reply>();
    batches.set(keys, batch);
    setImmediate(() => {
      if (batches.get(keys) === batch) batches.delete(keys);
      if (batch.size < MOST) send(redis, keys, batch);
    });
    return batch;
  }

  return {
    source: script.source,
    run(redis, keys, args) {
      return new Promise((resolve, reject) => {
        const batch = batchFor(redis, keys);
        batch.add(args, { resolve, reject });
        if (batch.size === MOST) send(redis, keys, batch);
      });
    },
  };
}
