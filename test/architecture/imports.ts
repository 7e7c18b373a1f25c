import { cruise, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser';
import { doors, testDoors } from './doors.js';

const testFile = '\\.(test|testkit)\\.tsx?$';
const entry = '^packages/[^/]+/src/index\\.ts$';

/** Every import in apps, packages and test of `baseDir` that breaks a rule, as `rule: from -> to`. */
export async function importFaults(baseDir: string): Promise<string[]> {
  const { output } = await cruise(['apps', 'packages', 'test'], {
    baseDir,
    validate: true,
    ruleSet: { forbidden: [...doorRules(), ...generalRules()] },
    // Only our own dist folders: '/dist/' alone would also exclude imports of npm packages.
    exclude: { path: '^(apps|packages)/[^/]+/dist/' },
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@chatlane/source', 'import', 'node'],
    },
  });
  const { violations } = (output as ICruiseResult).summary;
  return violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`);
}

/** The packages and apps in `found` that are missing in the table and would not be checked. */
export function roomsWithoutDoors(found: readonly string[]): string[] {
  return found.filter((room) => !(room in doors));
}

function doorRules(): IForbiddenRuleType[] {
  return Object.entries(doors).flatMap(([room, open]) => [
    {
      name: 'closed door',
      severity: 'error',
      from: { path: `^${room}/`, pathNot: testFile },
      to: { path: '^(apps|packages|test)/', pathNot: anyOf([room, ...open]) },
    },
    {
      name: 'closed door, for tests too',
      severity: 'error',
      from: { path: `^${room}/.*${testFile}` },
      to: {
        path: '^(apps|packages|test)/',
        pathNot: anyOf([room, ...open, ...testDoors]),
      },
    },
  ]);
}

function generalRules(): IForbiddenRuleType[] {
  return [
    {
      name: 'not through the index',
      severity: 'error',
      from: { path: '^((?:apps|packages)/[^/]+)/' },
      to: { path: '^(apps|packages)/', pathNot: ['^$1/', entry] },
    },
    {
      name: 'not through the index',
      severity: 'error',
      from: { path: '^test/' },
      to: { path: '^(apps|packages)/', pathNot: entry },
    },
    {
      name: 'cycle',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'leads nowhere',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ];
}

function anyOf(rooms: readonly string[]): string[] {
  return rooms.map((room) => `^${room}/`);
}
