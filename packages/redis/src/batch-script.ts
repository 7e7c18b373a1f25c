import { defineScript, type Connection, type Script, type ScriptArg } from './script.js';

/** The most calls in one EVALSHA: the server begins on them while the process makes the next ones. */
const MOST = 16;

/** Up to this length an argument travels with its neighbours: a client spends more on an argument than on its bytes. */
const SHORT = 512;

/** Stands among the short arguments for one that follows by itself. */
const APART = '\u0001';

const batch = new URL('../lua/batch.lua', import.meta.url);

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
    this.#short.push(args.length);
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
  // An error inside of a reply is no rejection to ioredis.
  if (reply instanceof Error) return reject(reply);
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
 * Reads a `.lua` file that carries out many calls at once: it ends with `return answerEach(f)`, and `f` answers one call
 * by its array of arguments. See `defineScript` for the rest.
 *
 * Calls with the same array of keys, made in one turn of the event loop, share a round trip and an EVALSHA. They are
 * carried out in the order of the calls. A call that Redis answers with an error rejects alone; where the error is the
 * script's as a whole, all of its calls reject.
 */
export function defineBatchScript<Reply>(
  file: URL,
  parse: (reply: unknown) => Reply,
  shared: readonly URL[] = [],
): Script<Reply> {
  const script = defineScript(file, (reply) => reply as unknown[], [batch, ...shared]);
  const connections = new WeakMap<object, Map<readonly string[], Batch<Reply>>>();

  function batchesOf(redis: object): Map<readonly string[], Batch<Reply>> {
    const existing = connections.get(redis);
    if (existing) return existing;
    const batches = new Map<readonly string[], Batch<Reply>>();
    connections.set(redis, batches);
    return batches;
  }

  function send(redis: Connection, keys: readonly string[], calls: Batch<Reply>): void {
    calls.settle(script.run(redis, keys, calls.args), parse);
  }

  function batchFor(redis: Connection, keys: readonly string[]): Batch<Reply> {
    const batches = batchesOf(redis);
    const open = batches.get(keys);
    if (open && open.size < MOST) return open;
    const calls = new Batch<Reply>();
    batches.set(keys, calls);
    setImmediate(() => {
      if (batches.get(keys) === calls) batches.delete(keys);
      if (calls.size < MOST) send(redis, keys, calls);
    });
    return calls;
  }

  return {
    source: script.source,
    run(redis, keys, args) {
      return new Promise((resolve, reject) => {
        const calls = batchFor(redis, keys);
        calls.add(args, { resolve, reject });
        if (calls.size === MOST) send(redis, keys, calls);
      });
    },
  };
}
