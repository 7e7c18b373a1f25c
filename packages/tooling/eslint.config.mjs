import eslint from '@eslint/js';
import prettier from 'eslint-config-prettier';
import regexp from 'eslint-plugin-regexp';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** `(a.*b)*` takes exponential time on a text that does not match, and the plugin below does not detect it. */
const anythingRepeated = String.raw`/\([^()]*(\.|\[\^\]|\[\\s\\S\])[*+][^()]*\)([*+]|\{\d+,\})/`;

const root = new URL('../..', import.meta.url).pathname;

export default defineConfig(
  globalIgnores(['**/dist/', '**/.chatlane/', '**/.turbo/', '**/coverage/', '**/template/']),
  eslint.configs.recommended,
  {
    // Texts and files of users must be matched in linear time, regardless of their content.
    plugins: { regexp },
    rules: {
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'no-restricted-syntax': [
        'error',
        {
          selector: `Literal[regex.pattern=${anythingRepeated}]`,
          message:
            'A repeated group that contains .* takes exponential time; match the parts one by one.',
        },
      ],
    },
  },
  {
    // The patterns in tests match the tests' own output.
    files: ['**/*.test.ts'],
    rules: { 'regexp/no-super-linear-backtracking': 'off' },
  },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommendedTypeChecked],
    // One TypeScript program for the whole tree; one per package would check its imports again.
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
      // Code that must not run in production checks NODE_ENV itself.
      '**/memory-store.ts',
    ],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    // Handlers in tests are async like those of a bot, even if they await nothing.
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
