/** The workspace packages that each package and app may import, as in the README. */
const groundFloor = [
  'packages/contracts',
  'packages/runtime',
  'packages/redis',
  'packages/storage',
];

/** What tests of every room may import too. */
export const testDoors = ['packages/simulator', 'packages/testing', 'packages/processes'];

export const doors: Readonly<Record<string, readonly string[]>> = {
  'packages/contracts': [],
  'packages/runtime': [],
  'packages/redis': [],
  'packages/storage': [],
  'packages/lanes': ['packages/contracts', 'packages/redis'],
  'packages/telegram': ['packages/contracts', 'packages/redis'],
  'packages/middleware': ['packages/contracts', 'packages/redis'],
  'packages/downloads': ['packages/contracts', 'packages/redis'],
  'packages/bot': ['packages/middleware', 'packages/contracts'],
  'packages/processes': [],
  'packages/simulator': ['packages/contracts'],
  'packages/testing': ['packages/processes'],
  'packages/launcher': ['packages/processes'],
  'packages/tooling': ['packages/launcher'],
  'packages/deploy': [],
  'apps/ingress': ['packages/lanes', ...groundFloor],
  'apps/worker': [
    'packages/bot',
    'packages/middleware',
    'packages/telegram',
    'packages/lanes',
    'packages/downloads',
    ...groundFloor,
  ],
  'apps/downloader': ['packages/downloads', 'packages/lanes', 'packages/telegram', ...groundFloor],
  'apps/ops': [
    'packages/lanes',
    'packages/downloads',
    'packages/telegram',
    'packages/middleware',
    ...groundFloor,
  ],
  'apps/playground': ['packages/simulator', 'packages/runtime'],
};
