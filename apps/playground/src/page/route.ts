/** The user and the chat in the page's address, so that reloading, bookmarks and "back" work. */
export interface Route {
  viewerId: number | undefined;
  chatId: number | undefined;
}

/** Parses `#<user>` or `#<user>/<chat>`. */
export function parseRoute(hash: string): Route {
  const [, viewerId, chatId] = /^#(\d+)(?:\/(-?\d+))?$/.exec(hash) ?? [];
  return {
    viewerId: viewerId === undefined ? undefined : Number(viewerId),
    chatId: chatId === undefined ? undefined : Number(chatId),
  };
}

/** The inverse of `parseRoute`. */
export function formatRoute(viewerId: number, chatId: number | undefined): string {
  return chatId === undefined ? `#${viewerId}` : `#${viewerId}/${chatId}`;
}
