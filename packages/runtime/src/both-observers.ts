type Methods = Record<string, ((...told: unknown[]) => void) | undefined>;

/**
 * Tells two observers of the same things, the first one first; of what only one of them wants to know, that one.
 *
 * @example
 * const observer = bothObservers(createIngressMetrics(registry), createIngressLog(logger));
 */
export function bothObservers<A extends object, B extends object>(one: A, other: B): A & B {
  const [first, second] = [one as Methods, other as Methods];
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  const both = [...names].map((name) => [
    name,
    (...told: unknown[]) => {
      first[name]?.(...told);
      second[name]?.(...told);
    },
  ]);
  return Object.fromEntries(both) as A & B;
}
