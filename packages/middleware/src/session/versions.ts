import { isObject, SCENES } from './schema.js';

/**
 * Turns a session of the previous version into one of this version. Must be pure and synchronous. If it throws, the
 * session cannot be migrated and is set aside. Annotate its parameter with the type of the previous version.
 */
export type SessionMigration = (stored: never) => unknown;

/** The migrations, each under the version that it leads to. */
export type SessionMigrations = Readonly<Record<number, SessionMigration>>;

/** @throws RangeError when `version` is invalid, or a step is missing or leads to a version that does not exist */
export function checkVersions(version: number, migrations: SessionMigrations): void {
  if (!Number.isSafeInteger(version) || version < 1) {
    throw new RangeError(`version is ${version}: it must be a whole number, 1 for the first`);
  }
  for (let step = 2; step <= version; step += 1) {
    if (typeof migrations[step] !== 'function') {
      throw new RangeError(
        `migrations has no step ${step}: version ${version} needs a function for each of 2 to ${version}`,
      );
    }
  }
  const beyond = Object.keys(migrations).find(
    (step) => !(Number(step) >= 2 && Number(step) <= version),
  );
  if (beyond !== undefined) {
    throw new RangeError(
      `migrations has a step ${beyond}, but version is ${version}: steps lead to versions 2 to ${version}`,
    );
  }
}

/**
 * Runs the migrations after version `from`, in order. Telegraf's scene state is kept unless a migration replaces it:
 * one that returns only the fields it knows would otherwise throw the user out of a scene.
 */
export function migrate(
  value: unknown,
  from: number,
  version: number,
  migrations: SessionMigrations,
): unknown {
  let migrated = value;
  for (let step = from + 1; step <= version; step += 1) {
    migrated = migrations[step]?.(migrated as never);
  }
  return isObject(migrated) && isObject(value) && SCENES in value
    ? { [SCENES]: value[SCENES], ...migrated }
    : migrated;
}

/**
 * A session and the version of its shape, stored as {"chatlaneSession":3,"value":{...}}. A session of version 1 is
 * stored bare, as code without versions stores it, unless it looks like a versioned value itself.
 */
export interface VersionedValue {
  version: number;
  value: unknown;
}

const VERSION_FIELD = 'chatlaneSession';

export function toStoredForm({ version, value }: VersionedValue): unknown {
  return version === 1 && !isVersionedValue(value) ? value : { [VERSION_FIELD]: version, value };
}

export function fromStoredForm(content: unknown): VersionedValue {
  return isVersionedValue(content)
    ? { version: content[VERSION_FIELD], value: content.value }
    : { version: 1, value: content };
}

function isVersionedValue(
  content: unknown,
): content is { [VERSION_FIELD]: number; value: unknown } {
  return (
    typeof content === 'object' &&
    content !== null &&
    VERSION_FIELD in content &&
    'value' in content &&
    // JSON leaves out fields that are undefined.
    Object.values(content).filter((field) => field !== undefined).length === 2 &&
    Number.isSafeInteger(content[VERSION_FIELD])
  );
}
