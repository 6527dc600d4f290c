// Bundles the live figures: from each module `<name>.js` of convlib/live/scripts whose figure is a class in
// convlib/live/<name>.py, and its style sheet, to one self-contained file each in convlib/live/static (or the folder
// given). The bundles are committed, so that installing the package needs no Node, and readable, so that a change shows
// what it changes: without white space they would weigh a tenth less, at most 1.2 kB on a page.
import { build } from 'esbuild';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { BROWSERS } from './browsers.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const live = path.join(root, 'convlib', 'live');
const scripts = path.join(live, 'scripts');
const out = path.resolve(process.argv[2] || path.join(live, 'static'));
const common = { bundle: true, legalComments: 'none', charset: 'utf8', target: BROWSERS, absWorkingDir: root };

// `import text from 'worker:./some.js'` gives the bundled script of a worker as text: a page from a folder on disk can
// start a worker only from a text that it holds.
const workers = {
  name: 'workers',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^worker:/ }, ({ path: name, resolveDir }) => ({
      path: path.relative(root, path.resolve(resolveDir, name.slice('worker:'.length))), namespace: 'worker',
    }));
    onLoad({ filter: /.*/, namespace: 'worker' }, async ({ path: file }) => {
      const { outputFiles } = await build({ ...common, entryPoints: [path.join(root, file)], format: 'iife', write: false });
      return { contents: outputFiles[0].text, loader: 'text' };
    });
  },
};

const stems = async (folder, ending) => (await readdir(folder))
  .filter((name) => name.endsWith(ending)).map((name) => name.slice(0, -ending.length));
const classes = new Set(await stems(live, '.py'));
const names = (await stems(scripts, '.js')).filter((name) => classes.has(name));
const { outputFiles } = await build({
  ...common, format: 'esm', plugins: [workers], outdir: out, logLevel: 'warning', write: false,
  entryPoints: names.flatMap((name) => ['js', 'css'].map((ending) => path.join(scripts, `${name}.${ending}`))),
});
await mkdir(out, { recursive: true });
for (const name of await readdir(out)) {
  if (!outputFiles.some((file) => path.basename(file.path) === name)) await rm(path.join(out, name));
}
for (const { path: file, text } of outputFiles) {
  const same = existsSync(file) && await readFile(file, 'utf8') === text;
  if (!same) await writeFile(file, text); // what is up to date keeps its time, by which make goes
}
