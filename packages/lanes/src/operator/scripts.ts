import { defineScript } from '@chatlane/redis';

const lua = (operation: string): URL => new URL(`../../lua/${operation}.lua`, import.meta.url);

export const pauseScript = defineScript(
  lua('pause'),
  (reply) => (['already', 'paused', 'after-turn'] as const)[reply as 0 | 1 | 2],
);

export const resumeScript = defineScript(lua('resume'), (reply) => {
  const [status, at] = reply as [number, number?];
  return { resumed: status > 0, wakeAt: at };
});

export const replayScript = defineScript(lua('replay'), (reply) => {
  const [status, at] = reply as [number, number?];
  return { replayed: status, wakeAt: at };
});

export const dropScript = defineScript(lua('drop'), (reply) => {
  const [found, events] = reply as [number, number];
  return found === 1 ? events : undefined;
});

export const changeSessionScript = defineScript(
  lua('change-session'),
  (reply) => (reply as number) === 1,
  [lua('can-migrate')],
);
