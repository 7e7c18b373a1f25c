import { defineScript } from '@chatlane/redis';

const lua = (operation: string): URL => new URL(`../lua/${operation}.lua`, import.meta.url);
const names = lua('names');

/** Other open requests of the user; undefined: the request is over. */
export const addScript = defineScript(
  lua('add'),
  (reply) => ((reply as number) < 0 ? undefined : (reply as number)),
  [names],
);
