// What may be done to a kernel: replaced, turned, blurred, multiplied; as convlib/live/_recipes.py.

export const TURNS = ['as it is', 'quarter turn', 'half turn', 'three-quarter turn', 'mirrored left-right',
  'mirrored up-down'];
export const NEUTRAL = [0, 0, 0, 1]; // replacement, turn, blur, gain

/** A square kernel turned counter-clockwise, as numpy.rot90, or mirrored; by the index in TURNS. */
export function turned(kernel, turn) {
  const side = Math.sqrt(kernel.length);
  const last = side - 1;
  const from = [
    (r, c) => [r, c], (r, c) => [c, last - r], (r, c) => [last - r, last - c], (r, c) => [last - c, r],
    (r, c) => [r, last - c], (r, c) => [last - r, c],
  ][turn];
  return Float64Array.from(kernel, (_, i) => {
    const [r, c] = from(Math.floor(i / side), i % side);
    return kernel[r * side + c];
  });
}

/** A kernel convolved with a Gaussian bell, zeros around it, same size: along the rows, then the columns. */
export function blurred(kernel, sigma) {
  if (!sigma) return kernel;
  const side = Math.sqrt(kernel.length);
  const reach = Math.max(1, Math.floor(4 * sigma + 0.5));
  const bell = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * sigma ** 2)));
  const total = bell.reduce((a, b) => a + b);
  const along = (values, step, lineOf) => values.map((_, i) => {
    let sum = 0;
    for (let d = -reach; d <= reach; d += 1) {
      if (lineOf(i) + d >= 0 && lineOf(i) + d < side) sum += (bell[reach + d] / total) * values[i + d * step];
    }
    return sum;
  });
  const rows = along(Float64Array.from(kernel), 1, (i) => i % side);
  return along(rows, side, (i) => Math.floor(i / side));
}

/** A kernel after its recipe [replacement, turn, blur, gain]; a replacement is as strong as the original. */
export function tampered(kernel, [replacement, turn, blur, gain], library) {
  const strength = Math.hypot(...kernel);
  const start = replacement ? library[replacement - 1].map((v) => v * strength) : kernel;
  return blurred(turned(start, turn), blur).map((v) => gain * v);
}

/** All kernels, one after the other, each after its recipe. */
export function allTampered(kernels, recipes, library) {
  const area = kernels.length / recipes.length;
  const out = new Float64Array(kernels.length);
  recipes.forEach((recipe, k) => out.set(tampered(kernels.slice(k * area, (k + 1) * area), recipe, library), k * area));
  return out;
}
