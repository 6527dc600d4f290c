// Builds the browser assets of the book into _build/assets (or the folder given):
//   live/start.js            the watch that fetches the runtime when a figure comes near
//   live/widget-runtime.js   the slim widget runtime
//   live/LICENSES.txt        the licences of all packages in it
import { build } from 'esbuild';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { BROWSERS } from './browsers.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(here);
const out = path.resolve(process.argv[2] || path.join(root, '_build', 'assets'));
const nodeModules = path.join(root, 'node_modules');
// The runtime itself starts in older browsers than the figures (browsers.mjs), to say why they do not.
const TARGET = ['chrome90', 'firefox90', 'safari15'];

// Small stand-ins for large packages of which the widgets use a single function.
const REPLACED = {
  jquery: 'jquery.js',
  'lodash/isEqual': 'is-equal.js',
  'sanitize-html': 'sanitize-html.js',
  nouislider: 'nouislider.js',
  '@lumino/widgets': 'lumino-widgets.js',
};

const replacements = {
  name: 'replacements',
  setup({ onResolve }) {
    const names = Object.keys(REPLACED).join('|');
    onResolve({ filter: new RegExp(`^(${names})$`) }, ({ path: name }) => ({
      path: path.join(here, 'shims', REPLACED[name]),
    }));
    onResolve({ filter: /^nouislider-original$/ }, () => ({
      path: path.join(nodeModules, 'nouislider/dist/nouislider.mjs'),
    }));
    onResolve({ filter: /^lumino-widgets-src\// }, ({ path: name }) => ({
      path: path.join(nodeModules, '@lumino/widgets/src', `${path.basename(name)}.ts`),
    }));
  },
};

// anywidget publishes its front end as an AMD module: `define(["@jupyter-widgets/base"], factory)`.
const anywidget = {
  name: 'anywidget',
  setup({ onLoad }) {
    onLoad({ filter: /anywidget[\\/]dist[\\/]index\.js$/ }, async ({ path: file }) => {
      const text = await readFile(file, 'utf8');
      if (!/\bdefine\(\["@jupyter-widgets\/base"\], \w+\);/.test(text)) {
        throw new Error('anywidget no longer ends in define(["@jupyter-widgets/base"], factory)');
      }
      const contents = `let factory;\nconst define = (_, f) => { factory = f; };\n${text}\nexport default factory;\n`;
      return { contents, loader: 'js' };
    });
  },
};

// The official style sheets import each other: bundle them, and hand the text to the script.
const widgetCss = {
  name: 'widget-css',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^widget-css$/ }, () => ({ path: 'widget-css', namespace: 'css-text' }));
    onLoad({ filter: /.*/, namespace: 'css-text' }, async () => {
      const result = await build({
        entryPoints: [path.join(here, 'widgets.css')], bundle: true, minify: true, write: false,
        loader: { '.svg': 'dataurl' }, target: BROWSERS, legalComments: 'none',
      });
      return { contents: result.outputFiles[0].text, loader: 'text' };
    });
  },
};

async function bundle(name, define) {
  const { metafile } = await build({
    entryPoints: [path.join(here, `${name}.js`)], outdir: path.join(out, 'live'),
    bundle: true, minify: true, format: 'iife', target: TARGET, metafile: true,
    tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } }, // as Lumino compiles itself
    legalComments: 'none', plugins: [replacements, anywidget, widgetCss], define, logLevel: 'warning',
  });
  return Object.keys(metafile.inputs);
}

async function buildRuntime() {
  const folder = path.join(out, 'live');
  const inputs = await bundle('widget-runtime', { 'process.env.NODE_ENV': '"production"' });
  await writeFile(path.join(folder, 'LICENSES.txt'), await licences(inputs));
  const bytes = await readFile(path.join(folder, 'widget-runtime.js'));
  const version = createHash('sha256').update(bytes).digest('hex').slice(0, 8);
  await bundle('start', { VERSION: JSON.stringify(version) });
  console.log(`widget runtime: ${kilo(bytes)} kB, ${kilo(gzipSync(bytes, { level: 9 }))} kB gzip`);
}

const kilo = (bytes) => (bytes.length / 1000).toFixed(1);

function packageOf(input) {
  const match = input.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//g);
  return match && match.at(-1).slice('node_modules/'.length, -1);
}

// The licence of every package that ends up in the bundle. The widget packages carry none of their
// own: their text is in runtime/licences.
async function licences(inputs) {
  const names = [...new Set([...inputs.map(packageOf), '@jupyter-widgets/controls'])].filter(Boolean).sort();
  const parts = await Promise.all(names.map(async (name) => {
    const info = JSON.parse(await readFile(path.join(nodeModules, name, 'package.json'), 'utf8'));
    return `${name} ${info.version} (${info.license})\n\n${(await licenceText(name)).trim()}\n`;
  }));
  return parts.join(`\n${'-'.repeat(80)}\n\n`);
}

async function licenceText(name) {
  const own = path.join(here, 'licences', `${name.replace('@', '').split('/')[0]}.txt`);
  const folder = path.join(nodeModules, name);
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  if (file) return readFile(path.join(folder, file), 'utf8');
  if (existsSync(own)) return readFile(own, 'utf8');
  throw new Error(`no licence text for ${name}: add runtime/licences/${path.basename(own)}`);
}

await rm(path.join(out, 'live'), { recursive: true, force: true });
await mkdir(path.join(out, 'live'), { recursive: true });
await buildRuntime();
