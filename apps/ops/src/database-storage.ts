import { deploymentKey, deploymentOf, type SessionTable } from '@chatlane/middleware';
import type { SessionStorage } from './session-storage.js';

/** The `written_by` of rows that this command puts: it marks them as not yet written by a turn. */
const PUT_BY = 'chatlane-ops';

/**
 * One deployment's sessions in a database that it may share with others. Rows written before keys named their
 * deployment belong to it until a worker has moved them to their new keys.
 */
export function databaseStorage(
  label: string,
  name: string,
  table: SessionTable,
  close: () => Promise<void>,
): SessionStorage {
  return {
    label,
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
        // A row emptied by an operator contains nothing worth keeping.
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
