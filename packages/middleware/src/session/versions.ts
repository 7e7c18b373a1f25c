/**
 * Turns a session of the version before into this one. It is pure and synchronous: one that throws says that the
 * session cannot be migrated, and the session is put aside. Annotate its parameter with the old version's type.
 */
export type SessionMigration = (stored: never) => unknown;

/** The step to each version, by the version it leads to. */
export type SessionMigrations = Readonly<Record<number, SessionMigration>>;

/** @throws RangeError naming the step that is missing, or that no version leads to */
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

/** Runs the steps from `from` on, in order. The scene that the user is in stays, unless a step puts another there. */
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

/** A step that names the fields it keeps would throw the user out of a form. */
const SCENES = '__scenes';

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
