/*
 * What the middleware keeps in Redis beside the lane's commit. One hash tag, so one slot of a cluster.
 *
 *   {<name>}:limit:u:<user>            the bucket of one user, or of the chat that somebody writes as
 *   {<name>}:limit:k:<command>:<user>  the bucket of one user's command
 *   {<name>}:limit:c:<chat>            the bucket of a whole chat
 *   {<name>}:limit:told:<bucket>       whoever emptied that bucket was told not long ago
 *   {<name>}:admins:<chat>             JSON list of the ids of a chat's admins, expires
 */

/** All of them by one deployment's name. */
export function sharedKeys(name: string) {
  return {
    limits: `{${name}}:limit`,
    admins: (chat: number) => `{${name}}:admins:${chat}`,
  };
}
