import eslint from '@eslint/js';
import prettier from 'eslint-config-prettier';
import regexp from 'eslint-plugin-regexp';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** `(a.*b)*` takes exponential time on a text that it does not match, and the plugin below does not see it. */
const anythingRepeated = String.raw`/\([^()]*(\.|\[\^\]|\[\\s\\S\])[*+][^()]*\)([*+]|\{\d+,\})/`;

const root = new URL('../..', import.meta.url).pathname;

export default defineConfig(
  globalIgnores(['**/dist/', '**/.chatlane/', '**/.turbo/', '**/coverage/']),
  eslint.configs.recommended,
  {
    // Texts and files of users are matched in linear time, whatever is in them.
    plugins: { regexp },
    rules: {
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'no-restricted-syntax': [
        'error',
        {
          selector: `Literal[regex.pattern=${anythingRepeated}]`,
          message:
            'A repeated group that holds .* takes exponential time: find the parts one by one.',
        },
      ],
    },
  },
  {
    // A test's patterns read the test's own output.
    files: ['**/*.test.ts'],
    rules: { 'regexp/no-super-linear-backtracking': 'off' },
  },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommendedTypeChecked],
    // One program for the whole tree: each room's own would check what it imports once more.
    languageOptions: {
      parserOptions: {
        project: ['packages/tooling/tsconfig.tree.json', 'apps/playground/src/page/tsconfig.json'],
        tsconfigRootDir: root,
      },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'The environment is read in main.ts only.' },
      ],
    },
  },
  {
    files: [
      '**/main.ts',
      '**/*.test.ts',
      'test/**/*.ts',
      'packages/{launcher,processes,testing}/**/*.ts',
      // What must not run in production looks at NODE_ENV, whoever starts it.
      '**/memory-store.ts',
    ],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    // A test's handler is async because a handler is, not because it awaits.
    files: ['**/*.test.ts'],
    rules: { '@typescript-eslint/require-await': 'off' },
  },
  {
    files: ['**/*.{mjs,cjs}'],
    languageOptions: {
      globals: {
        AbortSignal: 'readonly',
        Buffer: 'readonly',
        URL: 'readonly',
        console: 'readonly',
        fetch: 'readonly',
        process: 'readonly',
        setTimeout: 'readonly',
      },
    },
  },
  prettier,
);
