import { cruise, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser';
import { allowedImports, allowedInTests, allowedInTestsOf } from './allowed-imports.js';

const testFile = '\\.(test|testkit)\\.tsx?$';
const entry = '^(apps|packages)/[^/]+/src/index\\.ts$';

/** Every import in apps, packages and test of `baseDir` that breaks a rule, as `rule: from -> to`. */
export async function importFaults(baseDir: string): Promise<string[]> {
  const { output } = await cruise(['apps', 'packages', 'test'], {
    baseDir,
    validate: true,
    ruleSet: { forbidden: [...allowedImportRules(), ...generalRules()] },
    // Only our own dist folders, and what create-chatlane copies: '/dist/' alone would also exclude imports of npm packages.
    exclude: { path: '^(apps|packages)/[^/]+/(dist|template)/' },
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
export function workspacesWithoutRule(found: readonly string[]): string[] {
  return found.filter((workspace) => !(workspace in allowedImports));
}

function allowedImportRules(): IForbiddenRuleType[] {
  return Object.entries(allowedImports).flatMap(([workspace, allowed]) => [
    {
      name: 'import not allowed',
      severity: 'error',
      from: { path: `^${workspace}/`, pathNot: testFile },
      to: { path: '^(apps|packages|test)/', pathNot: anyOf([workspace, ...allowed]) },
    },
    {
      name: 'import not allowed, even in tests',
      severity: 'error',
      from: { path: `^${workspace}/.*${testFile}` },
      to: {
        path: '^(apps|packages|test)/',
        pathNot: anyOf([
          ...[workspace, ...allowed, ...allowedInTests],
          ...(allowedInTestsOf[workspace] ?? []),
        ]),
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
      name: 'cannot be resolved',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ];
}

function anyOf(workspaces: readonly string[]): string[] {
  return workspaces.map((workspace) => `^${workspace}/`);
}
