/** A session key is its lane, a colon, and whatever the bot put behind it. */
export function laneOfSession(sessionKey: string): string {
  const known = /^(?:[cgpx]:[^:]*|(?:b|express):[^:]*:[^:]*)(?=:)/.exec(sessionKey);
  return known ? known[0] : sessionKey.slice(0, sessionKey.lastIndexOf(':'));
}
