/** The lane of a session key, which consists of the lane, a colon, and a part chosen by the bot. */
export function laneOfSession(sessionKey: string): string {
  const known = /^(?:[cgpx]:[^:]*|(?:b|express):[^:]*:[^:]*)(?=:)/.exec(sessionKey);
  return known ? known[0] : sessionKey.slice(0, sessionKey.lastIndexOf(':'));
}
