type Methods = Record<string, ((...args: unknown[]) => void) | undefined>;

/**
 * Combines two observers. A method that both have calls the first one, then the second.
 *
 * @example
 * const observer = bothObservers(createIngressMetrics(registry), createIngressLog(logger));
 */
export function bothObservers<A extends object, B extends object>(one: A, other: B): A & B {
  const [first, second] = [one as Methods, other as Methods];
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  const both = [...names].map((name) => [
    name,
    (...args: unknown[]) => {
      first[name]?.(...args);
      second[name]?.(...args);
    },
  ]);
  return Object.fromEntries(both) as A & B;
}
