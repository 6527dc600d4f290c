// Which slip turns the wanted numbers into the given ones; the same as `slip` in convlib/live/slips.py.

/** A row of numbers turned into a table with so many columns, moved by rows and columns, zeros coming in. */
function moved(wanted, columns, down, right) {
  const rows = wanted.length / columns;
  return wanted.map((_, i) => {
    const [row, column] = [Math.floor(i / columns) - down, (i % columns) - right];
    return row >= 0 && row < rows && column >= 0 && column < columns ? wanted[row * columns + column] : 0;
  });
}

/** The name of the slip, or null where the numbers are right, or wrong in another way. */
export function slipOf(given, wanted, columns, tolerance = 0.01) {
  const same = (other) => other.every((value, i) => Math.abs(value - given[i]) <= tolerance);
  const rows = wanted.length / columns;
  const energy = wanted.reduce((sum, value) => sum + value * value, 0);
  const factor = energy ? wanted.reduce((sum, value, i) => sum + value * given[i], 0) / energy : 0;
  const shifts = rows > 1 ? [[1, 0], [-1, 0], [0, 1], [0, -1]] : [[0, 1], [0, -1]];
  const tried = [
    ['turned', [[...wanted].reverse()]],
    ['sign', [wanted.map((value) => -value)]],
    ['transposed', rows === columns ? [wanted.map((_, i) => wanted[(i % columns) * columns + Math.floor(i / columns)])] : []],
    ['shifted', shifts.map(([down, right]) => moved(wanted, columns, down, right))],
    ['scale', Math.abs(factor) > 0.05 ? [wanted.map((value) => factor * value)] : []],
  ];
  if (same(wanted)) return null;
  return tried.find(([, others]) => others.some(same))?.[0] ?? null;
}
