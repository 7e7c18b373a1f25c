/*
 * What the middleware keeps in Redis beside the lane's commit. One hash tag, so one slot of a cluster.
 *
 *   {<name>}:limit:u:<user>            the bucket of one user, or of the chat that a message is sent as
 *   {<name>}:limit:u:channels:<chat>   the bucket of all channels that messages in this chat are sent as
 *   {<name>}:limit:k:<command>:<user>  the bucket of one user's command
 *   {<name>}:limit:c:<chat>            the bucket of a whole chat
 *   {<name>}:limit:pause:<bucket>      exists while everything from that bucket is refused: `silent` or `announced`
 *   {<name>}:limit:album:<bucket>:<id> whether an album was taken: 1, or refused: 0
 *   {<name>}:admins:<chat>             JSON list of the ids of a chat's admins, expires
 */

/** All of them by one deployment's name. */
export function sharedKeys(name: string) {
  return {
    bucket: (bucket: string) => `{${name}}:limit:${bucket}`,
    pause: (bucket: string) => `{${name}}:limit:pause:${bucket}`,
    album: (bucket: string, id: string) => `{${name}}:limit:album:${bucket}:${id}`,
    admins: (chat: number) => `{${name}}:admins:${chat}`,
  };
}
