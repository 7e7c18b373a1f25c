import eslint from '@eslint/js';
import prettier from 'eslint-config-prettier';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const root = new URL('../..', import.meta.url).pathname;

export default defineConfig(
  globalIgnores(['**/dist/', '**/.chatlane/', '**/.turbo/', '**/coverage/']),
  eslint.configs.recommended,
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
      'packages/tooling/**/*.ts',
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
