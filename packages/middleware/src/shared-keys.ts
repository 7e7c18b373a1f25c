/*
 * The Redis keys of the middleware that are not part of the lane's commit. They share a hash tag, and so a cluster
 * slot.
 *
 *   {<name>}:limit:u:<user>            the bucket of one user, or of the chat that a message was sent as
 *   {<name>}:limit:u:channels:<chat>   the bucket of all channels that messages in this chat were sent as
 *   {<name>}:limit:k:<command>:<user>  the bucket of one user's command
 *   {<name>}:limit:c:<chat>            the bucket of a whole chat
 *   {<name>}:limit:pause:<bucket>      exists while the bucket refuses everything: `silent` or `announced`
 *   {<name>}:limit:album:<bucket>:<id> 1 if the album was accepted, 0 if it was refused
 *   {<name>}:admins:<chat>             JSON array of the ids of the chat's admins, expires
 */

/** The keys of one deployment. */
export function sharedKeys(name: string) {
  return {
    bucket: (bucket: string) => `{${name}}:limit:${bucket}`,
    pause: (bucket: string) => `{${name}}:limit:pause:${bucket}`,
    album: (bucket: string, id: string) => `{${name}}:limit:album:${bucket}:${id}`,
    admins: (chat: number) => `{${name}}:admins:${chat}`,
  };
}
