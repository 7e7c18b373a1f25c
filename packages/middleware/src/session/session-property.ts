/** A session in the hands of a turn's handlers. */
export interface HeldSession<S> {
  value: S | undefined;
  /** A handler has read or assigned it: what it read it may have changed. */
  touched: boolean;
}

/**
 * Makes the property of contexts under which handlers find their session. All contexts share one getter and one setter: with
 * functions of its own for each, V8 would keep every context as a hash table.
 */
export function sessionProperty<S>(property: string): (ctx: object, held: HeldSession<S>) => void {
  const slot = Symbol(property);
  type Owner = Record<typeof slot, HeldSession<S>>;
  const held: PropertyDescriptor & ThisType<Owner> = {
    configurable: true,
    get() {
      this[slot].touched = true;
      return this[slot].value;
    },
    set(replacement: S | null | undefined) {
      this[slot].touched = true;
      this[slot].value = replacement ?? undefined;
    },
  };
  return function define(ctx, session) {
    Object.defineProperty(ctx, slot, { value: session, configurable: true });
    Object.defineProperty(ctx, property, held);
  };
}
