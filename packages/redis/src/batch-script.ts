import { defineScript, type Connection, type Script, type ScriptArg } from './script.js';

/** The most calls in one EVALSHA. A limit lets the server start on one batch while the process fills the next. */
const MAX_CALLS = 16;

/** Arguments up to this length are joined into one: for a client, an argument costs more than its bytes. */
const MAX_JOINED_LENGTH = 512;

/** Placeholder among the joined arguments for one that is sent separately. */
const SEPARATE = '\u0001';

const batch = new URL('../lua/batch.lua', import.meta.url);

let hasSettled = false;

/**
 * Settles one batch at once, and others of the same iteration of the event loop in the next one. If all callers resumed
 * together, the server would idle until the last of them had sent its next command; this way it works for the first ones
 * while the others resume.
 */
function settleApart(settle: () => void): void {
  if (hasSettled) return void setImmediate(settle);
  hasSettled = true;
  setImmediate(() => (hasSettled = false));
  settle();
}

interface Call<Reply> {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
}

/** Calls that are sent together. */
class Batch<Reply> {
  readonly #calls: Call<Reply>[] = [];
  readonly #separate: ScriptArg[] = [];
  readonly #joined: (string | number)[] = [];

  /** How many calls. */
  get size(): number {
    return this.#calls.length;
  }

  get args(): ScriptArg[] {
    return [`${this.#joined.join('\n')}\n`, ...this.#separate];
  }

  add(args: readonly ScriptArg[], call: Call<Reply>): void {
    this.#joined.push(args.length);
    for (const arg of args) {
      if (typeof arg === 'number' || (typeof arg === 'string' && isJoinable(arg))) {
        this.#joined.push(arg);
      } else {
        this.#joined.push(SEPARATE);
        this.#separate.push(arg);
      }
    }
    this.#calls.push(call);
  }

  settle(replies: Promise<unknown[]>, parse: (reply: unknown) => Reply): void {
    replies.then(
      (all) =>
        settleApart(() =>
          this.#calls.forEach((call, index) => settleCall(call, all[index], parse)),
        ),
      (error: Error) => this.#calls.forEach(({ reject }) => reject(error)),
    );
  }
}

function settleCall<Reply>(
  { resolve, reject }: Call<Reply>,
  reply: unknown,
  parse: (reply: unknown) => Reply,
): void {
  // ioredis does not reject for an error inside an array reply.
  if (reply instanceof Error) return reject(reply);
  try {
    resolve(parse(reply));
  } catch (error) {
    reject(error as Error);
  }
}

function isJoinable(arg: string): boolean {
  return arg.length <= MAX_JOINED_LENGTH && !arg.includes('\n') && arg !== SEPARATE;
}

/**
 * Reads a `.lua` file that executes many calls at once: it ends with `return answerEach(f)`, and `f` returns the reply
 * to one call, given the array of its arguments. Otherwise like `defineScript`.
 *
 * Calls made in one iteration of the event loop with the same `keys` array (by identity) share a round trip and an
 * EVALSHA. They are executed in the order in which they were made. A call that fails in Redis rejects alone; if the
 * script as a whole fails, all of its calls reject.
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
    if (open && open.size < MAX_CALLS) return open;
    const calls = new Batch<Reply>();
    batches.set(keys, calls);
    setImmediate(() => {
      if (batches.get(keys) === calls) batches.delete(keys);
      if (calls.size < MAX_CALLS) send(redis, keys, calls);
    });
    return calls;
  }

  return {
    source: script.source,
    run(redis, keys, args) {
      return new Promise((resolve, reject) => {
        const calls = batchFor(redis, keys);
        calls.add(args, { resolve, reject });
        if (calls.size === MAX_CALLS) send(redis, keys, calls);
      });
    },
  };
}
