/**
 * The key of a session in a database that several deployments may share: `{chatlane}:c:42:42`, as in Redis. Two bots meet
 * the same users, and their updates can have the same ids.
 */
export function deploymentKey(deployment: string, key: string): string {
  return `{${deployment}}:${key}`;
}

/** Undefined: a key of a time when no key named its deployment. */
export function deploymentOf(key: string): { deployment: string; key: string } | undefined {
  const [, deployment, rest] = /^\{([^{}]*)\}:(.*)$/s.exec(key) ?? [];
  return deployment === undefined || rest === undefined ? undefined : { deployment, key: rest };
}
