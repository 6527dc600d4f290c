// Calls the exported functions of the live figures with the arguments of generated cases and compares
// what they return with what convlib says. The cases come from tests/javascript.py:
//   [{figure, function, arguments, expected, tolerance}, ...] in the file named by LIVE_CASES, and the
//   script of each figure beside it
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

const file = process.env.LIVE_CASES;

function compare(seen, wanted, tolerance, where) {
  if (typeof wanted === 'number') {
    assert.equal(typeof seen, 'number', `${where}: ${seen} is no number`);
    assert.ok(Math.abs(seen - wanted) <= tolerance, `${where}: ${seen}, convlib says ${wanted}`);
  } else if (Array.isArray(wanted)) {
    const list = Array.from(seen);
    assert.equal(list.length, wanted.length, `${where}: length`);
    wanted.forEach((value, i) => compare(list[i], value, tolerance, `${where}[${i}]`));
  } else if (wanted !== null && typeof wanted === 'object') {
    Object.keys(wanted).forEach((key) => compare(seen[key], wanted[key], tolerance, `${where}.${key}`));
  } else assert.deepEqual(seen ?? null, wanted, where);
}

if (!file) test('parity with convlib', { skip: 'run through pytest tests/test_live_numerics.py' }, () => {});
else {
  for (const [i, one] of JSON.parse(readFileSync(file, 'utf8')).entries()) {
    test(`${one.figure}: ${one.function}, case ${i}`, async () => {
      const module = await import(pathToFileURL(path.join(path.dirname(file), `${one.figure}.mjs`)));
      compare(module[one.function](...one.arguments), one.expected, one.tolerance, one.function);
    });
  }
}
