// Cuts the style sheets of the site in the current folder down to what some page or script can use.
import { writeFile } from 'node:fs/promises';
import { transform } from 'esbuild';
import { PurgeCSS } from 'purgecss';

const sheets = await new PurgeCSS().purge({
  css: ['_static/**/*.css'],
  content: ['**/*.html', '_static/**/*.js'],
  // words: classes, tags, names of attributes; and all between quotes or spaces: values of attributes
  defaultExtractor: (text) => [...(text.match(/[\w-]+/g) ?? []), ...(text.match(/[^\s"'<>]+/g) ?? [])],
  // states that stand alone, as in :is(:hover); nested rules; attributes whose names scripts compose
  safelist: [/^(?:[:&]|data-|aria-)/],
});
for (const { file, css } of sheets) {
  const { code } = await transform(css, { loader: 'css', minifyWhitespace: true, legalComments: 'none' });
  await writeFile(file, code);
}
