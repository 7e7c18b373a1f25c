import { defineScript, type Script, type ScriptArg } from './script.js';

/** The most calls in one EVALSHA: the server begins on them while the process makes the next ones. */
const MOST = 32;

interface Batch {
  readonly args: ScriptArg[];
  readonly calls: { resolve: (reply: unknown) => void; reject: (error: unknown) => void }[];
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
  const script = defineScript(file, (reply) => reply as unknown[], shared);
  const connections = new WeakMap<object, Map<readonly string[], Batch>>();

  function batchesOf(redis: object): Map<readonly string[], Batch> {
    const existing = connections.get(redis);
    if (existing) return existing;
    const batches = new Map<readonly string[], Batch>();
    connections.set(redis, batches);
    return batches;
  }

  return {
    source: script.source,
    async run(redis, keys, args) {
      const batches = batchesOf(redis);
      const send = (batch: Batch): void => {
        batches.delete(keys);
        script.run(redis, keys, batch.args).then(
          (replies) => batch.calls.forEach(({ resolve }, index) => resolve(replies[index])),
          (error: unknown) => batch.calls.forEach(({ reject }) => reject(error)),
        );
      };
      let batch = batches.get(keys);
      if (!batch) {
        const started: Batch = { args: [], calls: [] };
        batch = started;
        batches.set(keys, started);
        setImmediate(() => {
          if (batches.get(keys) === started) send(started);
        });
      }
      const { calls } = batch;
      for (const arg of args) batch.args.push(arg);
      const answered = new Promise<unknown>((resolve, reject) => calls.push({ resolve, reject }));
      if (calls.length === MOST) send(batch);
      return parse(await answered);
    },
  };
}
