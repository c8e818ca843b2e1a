import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const storesAndFrameworks = ['@nestjs/*', '@grpc/*', '@eventstore/*', 'mongodb', 'fastify', '@fastify/*'];

/** Files that decide or project: they know events and rules, nothing of how these are carried or kept. */
const pureFiles = {
  files: ['libs/event-sourcing/src/domain/**', 'libs/reference-data/src/**', 'libs/customs/src/{orders,profiles}/**', 'libs/trade/src/**'],
  ignores: ['**/*.controller.ts', '**/*.module.ts', '**/*.adapter.ts', '**/*.queries.ts', '**/*.spec.ts'],
};

// Groups are gitignore patterns, in which a leading # must be escaped.
const only = (group, message) => ({ 'no-restricted-imports': ['error', { patterns: [{ group, message }] }] });

export default tseslint.config(
  { ignores: ['dist/', 'data/', 'node_modules/', 'coverage/'] },
  js.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ['eslint.config.js'] }, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'with-single-extends' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-extraneous-class': 'off',
      'max-lines': ['error', { max: 400, skipBlankLines: false, skipComments: false }],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  { files: ['**/*.js'], ...tseslint.configs.disableTypeChecked },
  {
    files: ['**/*.spec.ts', 'test/**'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      'no-console': 'off',
    },
  },
  { ...pureFiles, rules: only(storesAndFrameworks, 'a decision or a projection imports no Nest, no gRPC, no MongoDB') },
  {
    files: ['libs/event-sourcing/**'],
    ignores: ['**/*.spec.ts', '**/*.fixture.ts', 'libs/event-sourcing/src/domain/**'],
    rules: only(['\\#customs', '\\#access', '\\#operations', '\\#reference-data', '\\#platform', '\\#embedded-*'], 'event-sourcing knows no context and no platform'),
  },
  {
    files: ['libs/embedded-eventstore/**', 'libs/embedded-mongo/**'],
    ignores: ['**/*.spec.ts'],
    rules: only(['\\#*'], 'the embedded stores stand on their own'),
  },
  {
    files: ['libs/reference-data/**'],
    rules: only([...storesAndFrameworks, '\\#*'], 'reference data stand on their own'),
  },
  {
    files: ['libs/**', 'apps/**'],
    ignores: ['**/*.spec.ts', '**/*.fixture.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: ['\\#embedded-*'], message: 'embedded stores are processes of their own' },
            { group: ['\\#*/*'], message: 'a library is imported through its index' },
          ],
        },
      ],
    },
  },
);
