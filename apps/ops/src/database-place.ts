import { deploymentKey, deploymentOf, type SessionTable } from '@chatlane/middleware';
import type { SessionPlace } from './session-place.js';

/** In place of an event in the rows that are put here: no turn has written them since. */
const PUT_BY = 'chatlane-ops';

/**
 * One deployment's sessions in a database that others may use too. Rows of a time when no key named its deployment count as
 * its own until a worker has moved them to their new keys.
 */
export function databasePlace(
  told: string,
  name: string,
  table: SessionTable,
  close: () => Promise<void>,
): SessionPlace {
  return {
    told,
    async get(key) {
      const named = await table.read(deploymentKey(name, key));
      const found = named ?? (await table.read(key));
      return found?.json === undefined
        ? undefined
        : { key, json: found.json, lifeMs: found.lifeMs };
    },
    async remove(key) {
      const named = await table.remove(deploymentKey(name, key));
      return (await table.remove(key)) || named;
    },
    async *entries() {
      for await (const { key, json, lifeMs } of table.entries()) {
        const owner = deploymentOf(key);
        if (owner) {
          if (owner.deployment === name) yield { key: owner.key, json: json!, lifeMs };
        } else if ((await table.read(deploymentKey(name, key))) === undefined) {
          yield { key, json: json!, lifeMs };
        }
      }
    },
    async put({ key, json, lifeMs }, replace) {
      const named = deploymentKey(name, key);
      const ttlSeconds = Math.ceil((lifeMs ?? 0) / 1_000);
      const session = { json, ttlSeconds, writtenBy: PUT_BY, previousJson: undefined };
      for (;;) {
        const found = await table.read(named);
        const current = found ?? (await table.read(key));
        // A row that an operator has emptied holds nothing to keep.
        const isEmpty = current?.json === undefined && current?.writtenBy === undefined;
        if (!isEmpty && current.writtenBy !== PUT_BY && !replace) return 'kept';
        if ((await table.write(named, session, found?.version ?? 0)) === undefined) continue;
        if (!found) await table.remove(key);
        return 'put';
      }
    },
    close,
  };
}
