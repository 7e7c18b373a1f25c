/**
 * Copies plain objects, arrays and Dates deeply, so that what a turn writes into the copy reaches nothing else.
 * Everything else, such as a class instance, is shared with the original.
 */
export function copyData<T>(value: T): T {
  return copyOf(value, new Map()) as T;
}

/** `copies` preserves shared references and ends cycles. */
function copyOf(value: unknown, copies: Map<object, object>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const known = copies.get(value);
  if (known) return known;
  if (value instanceof Date) return new Date(value);
  if (Array.isArray(value)) {
    const copy: unknown[] = [];
    copies.set(value, copy);
    for (const element of value) copy.push(copyOf(element, copies));
    return copy;
  }
  if (!isPlain(value)) return value;
  const copy: Record<string, unknown> = {};
  copies.set(value, copy);
  for (const [field, inner] of Object.entries(value)) put(copy, field, copyOf(inner, copies));
  return copy;
}

/** An assignment to a field named `__proto__` would set the prototype. */
function put(copy: Record<string, unknown>, field: string, value: unknown): void {
  if (field !== '__proto__') copy[field] = value;
  else
    Object.defineProperty(copy, field, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
