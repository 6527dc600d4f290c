// What `npm run lint` checks: mistakes, not taste.
import js from '@eslint/js';
import globals from 'globals';

const rules = {
  ...js.configs.recommended.rules,
  eqeqeq: ['error', 'always'],
  'no-shadow': 'error',
  'no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
  'no-var': 'error',
  'prefer-const': 'error',
  complexity: ['error', 15],
  'max-len': ['error', { code: 120, ignoreTemplateLiterals: true, ignoreStrings: true, ignoreRegExpLiterals: true }],
};

export default [
  { ignores: ['convlib/live/static/', '_build/', '.venv/'] }, // bundles, the built site, other people's
  {
    files: ['convlib/live/scripts/**/*.js', 'runtime/**/*.js', '_ext/*.js', '_static/*.js', 'coursework/**/*.js'],
    rules,
    languageOptions: { globals: globals.browser },
  },
  { files: ['convlib/live/scripts/*_worker.js'], languageOptions: { globals: globals.worker } },
  { files: ['**/*.mjs', 'eslint.config.js'], rules, languageOptions: { globals: globals.node } },
  { files: ['**/*.cjs'], rules, languageOptions: { globals: globals.node, sourceType: 'commonjs' } },
];
