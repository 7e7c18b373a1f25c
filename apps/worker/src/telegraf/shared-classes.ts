/** Makes `instanceof` work across the copies of Telegraf in this process. */
export interface SharedClasses {
  /** Adds the class that one copy exports under this name. Instances of it are then instances of the other copies' classes. */
  share(name: string, shared: object | undefined): void;
}

const isInstance = Function.prototype[Symbol.hasInstance] as (
  this: object,
  value: unknown,
) => boolean;

export function createSharedClasses(): SharedClasses {
  const byName = new Map<string, object[]>();

  function define(shared: object, all: readonly object[]): void {
    Object.defineProperty(shared, Symbol.hasInstance, {
      configurable: true,
      value(this: object, value: unknown): boolean {
        // Subclasses inherit this method, but not the other copies' instances.
        if (this !== shared) return isInstance.call(this, value);
        return isInstance.call(shared, value) || all.some((each) => isInstance.call(each, value));
      },
    });
  }

  return {
    share(name, shared) {
      if (shared === undefined) return;
      const all = byName.get(name) ?? [];
      byName.set(name, all);
      all.push(shared);
      // A single copy is not changed, so that its `instanceof` stays fast.
      if (all.length === 2) define(all[0]!, all);
      if (all.length > 1) define(shared, all);
    },
  };
}
