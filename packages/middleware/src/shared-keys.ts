/*
 * What the middleware keeps in Redis beside the lane's commit. One hash tag, so one slot of a cluster.
 *
 *   {<name>}:limit:u:<user>:<limit>            a bucket of one user, or of the chat that somebody writes as
 *   {<name>}:limit:k:<command>:<user>:<limit>  a bucket of one user's command
 *   {<name>}:limit:c:<chat>:<limit>            a bucket of a whole chat
 *   {<name>}:limit:told:<bucket>:<limit>       exists while its owner was told not long ago
 *   {<name>}:admins:<chat>                     JSON list of the ids of a chat's admins, expires
 */

/** All of them by one deployment's name. */
export function sharedKeys(name: string) {
  return {
    limits: `{${name}}:limit`,
    admins: (chat: number) => `{${name}}:admins:${chat}`,
  };
}
