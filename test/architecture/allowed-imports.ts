/** The packages at the bottom: they import no other package. */
const basePackages = [
  'packages/contracts',
  'packages/runtime',
  'packages/redis',
  'packages/storage',
];

/** What the tests of every package and app may import in addition. */
export const allowedInTests = ['packages/simulator', 'packages/testing', 'packages/processes'];

/** What the tests of individual packages may import on top of that. */
export const allowedInTestsOf: Readonly<Record<string, readonly string[]>> = {
  // These tests are like those of a bot's author, and run the bot as a worker does.
  'packages/bot': ['packages/testkit'],
};

/** The packages that each package and app may import, as in the README. */
export const allowedImports: Readonly<Record<string, readonly string[]>> = {
  'packages/contracts': [],
  'packages/runtime': [],
  'packages/redis': [],
  'packages/storage': [],
  'packages/lanes': ['packages/contracts', 'packages/redis'],
  'packages/telegram': ['packages/contracts', 'packages/redis'],
  'packages/middleware': ['packages/contracts', 'packages/redis'],
  'packages/downloads': ['packages/contracts', 'packages/redis'],
  'packages/broadcasts': ['packages/contracts', 'packages/redis'],
  'packages/bot': ['packages/middleware', 'packages/contracts'],
  'packages/processes': [],
  'packages/simulator': ['packages/contracts'],
  'packages/testing': ['packages/processes'],
  'packages/testkit': [
    'apps/worker',
    'packages/middleware',
    'packages/lanes',
    'packages/simulator',
    'packages/processes',
    ...basePackages,
  ],
  'packages/launcher': [
    'packages/processes',
    'packages/runtime',
    'apps/ingress',
    'apps/worker',
    'apps/downloader',
  ],
  'packages/chatlane': [
    'packages/lanes',
    'packages/launcher',
    'packages/middleware',
    'packages/testkit',
  ],
  'packages/create-chatlane': [],
  'packages/tooling': ['packages/launcher'],
  'packages/deploy': [],
  'apps/ingress': ['packages/lanes', ...basePackages],
  'apps/worker': [
    'packages/bot',
    'packages/middleware',
    'packages/telegram',
    'packages/lanes',
    'packages/downloads',
    'packages/broadcasts',
    ...basePackages,
  ],
  'apps/downloader': ['packages/downloads', 'packages/lanes', 'packages/telegram', ...basePackages],
  'apps/ops': [
    'packages/lanes',
    'packages/downloads',
    'packages/broadcasts',
    'packages/telegram',
    'packages/middleware',
    ...basePackages,
  ],
  'apps/playground': ['packages/simulator', 'packages/runtime'],
};
