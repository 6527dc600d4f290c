// Deep equality of the values that a widget trait can hold: JSON, binary buffers, models (by identity).
const plain = (value) => Object.getPrototypeOf(value) === Object.prototype || Array.isArray(value);

function sameBytes(a, b) {
  if (a.byteLength !== b.byteLength) return false;
  const bytes = (v) => (ArrayBuffer.isView(v)
    ? new Uint8Array(v.buffer, v.byteOffset, v.byteLength) : new Uint8Array(v));
  const [x, y] = [bytes(a), bytes(b)];
  return x.every((value, i) => value === y[i]);
}

const binary = (value) => ArrayBuffer.isView(value) || value instanceof ArrayBuffer;

export default function isEqual(a, b) {
  if (Object.is(a, b) || a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b) return false;
  if (binary(a) && binary(b)) return sameBytes(a, b);
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime();
  if (!plain(a) || !plain(b) || Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length
    && keys.every((key) => Object.hasOwn(b, key) && isEqual(a[key], b[key]));
}
