/** Which user's eyes and which chat: kept in the address, so that a reload, a bookmark and "back" work. */
export interface Place {
  viewerId: number | undefined;
  chatId: number | undefined;
}

/** Reads `#<user>` or `#<user>/<chat>`. */
export function readPlace(hash: string): Place {
  const [, viewerId, chatId] = /^#(\d+)(?:\/(-?\d+))?$/.exec(hash) ?? [];
  return {
    viewerId: viewerId === undefined ? undefined : Number(viewerId),
    chatId: chatId === undefined ? undefined : Number(chatId),
  };
}

/** The address part that readPlace reads. */
export function writePlace(viewerId: number, chatId: number | undefined): string {
  return chatId === undefined ? `#${viewerId}` : `#${viewerId}/${chatId}`;
}
