// Cuts the style sheets of the site in the current folder down to what some page or script can use, and has each of
// their fonts come from one WOFF file beside the first file that the sheet names. Prints, as JSON, the fonts (paths
// without ending) and all characters that the style sheets themselves put on a page: the icons.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { transform } from 'esbuild';
import postcss from 'postcss';
import valueParser from 'postcss-value-parser';
import { PurgeCSS } from 'purgecss';

const sheets = await new PurgeCSS().purge({
  css: ['_static/**/*.css'],
  content: ['**/*.html', '_static/**/*.js'],
  // words: classes, tags, names of attributes; and all between quotes or spaces: values of attributes
  defaultExtractor: (text) => [...(text.match(/[\w-]+/g) ?? []), ...(text.match(/[^\s"'<>]+/g) ?? [])],
  // states that stand alone, as in :is(:hover); nested rules; attributes whose names scripts compose
  safelist: [/^(?:[:&]|data-|aria-)/],
});

/** The first address in a value like `url(a.woff2) format("woff2"), url(a.ttf)`. */
function firstAddress(value) {
  const [address] = valueParser(value).nodes.filter(({ type, value: name }) => type === 'function' && name === 'url');
  if (!address) throw new Error(`a font without an address: ${value}`);
  return address.nodes[0].value;
}

/** The strings of a value with their escapes resolved, as `"\f0c9"`. */
function stringsOf(value) {
  const found = [];
  valueParser(value).walk(({ type, value: text }) => {
    if (type === 'string') found.push(text.replace(/\\([0-9a-f]{1,6})\s?/gi, (_, code) => String.fromCodePoint(parseInt(code, 16))));
  });
  return found;
}

const fonts = new Set();
const characters = new Set();
for (const { file, css } of sheets) {
  const sheet = postcss.parse(css, { from: file });
  sheet.walkAtRules('font-face', (face) => face.walkDecls('src', (source) => {
    const address = firstAddress(source.value).replace(/\.\w+$/, '');
    fonts.add(path.posix.join(path.posix.dirname(file.split(path.sep).join('/')), address));
    source.value = `url(${address}.woff) format("woff")`;
  }));
  sheet.walkDecls(({ value }) => {
    for (const text of stringsOf(value)) if ([...text].length === 1) characters.add(text);
  });
  const { code } = await transform(sheet.toString(), { loader: 'css', minifyWhitespace: true, legalComments: 'none' });
  await writeFile(file, code);
}
console.log(JSON.stringify({ fonts: [...fonts], characters: [...characters].join('') }));
