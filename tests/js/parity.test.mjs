// Calls the exported functions of the live figures with the arguments of generated cases and compares
// what they return with what convlib says. The cases come from tests/javascript.py:
//   [{module, function, arguments, expected, tolerance}, ...] in the file named by LIVE_CASES
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

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
    test(`${one.module}: ${one.function}, case ${i}`, async () => {
      const module = await import(new URL(`../../convlib/live/scripts/${one.module}.js`, import.meta.url));
      compare(module[one.function](...one.arguments), one.expected, one.tolerance, one.function);
    });
  }
}
