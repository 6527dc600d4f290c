// Numbers as people type them: pure functions, held equal to convlib/live/_inputs.py.

const DIGITS = String.raw`(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+\-−]?\d+)?`;
const NUMBER = new RegExp(String.raw`^([+\-−]?${DIGITS})(?:\s*/\s*(${DIGITS}))?$`);

/** A number, a fraction such as 1/9, with a decimal point or comma and any minus sign; null for all else. */
export function readNumber(text) {
  const found = NUMBER.exec(text.trim());
  if (!found) return null;
  const [over, under = 1] = found.slice(1).filter(Boolean)
    .map((part) => Number(part.replace(',', '.').replaceAll('−', '-')));
  const value = over / under;
  return Number.isFinite(value) ? value : null;
}

/**
 * The numbers in a list, or what is wrong with it: { values } or { problem }. A comma between two digits may be a
 * decimal comma or stand between two numbers; where both can be meant, the reader is asked.
 */
export function readNumbers(text, name) {
  const parts = text.split(/[\s,;]+/).filter(Boolean);
  if (!parts.length) return { problem: `Type at least one number for ${name}.` };
  const [unclear] = /\S*\d,\d\S*/.exec(text) ?? [];
  if (unclear && (/[\s;]/.test(text.trim()) || parts.length === 2)) {
    const written = (mark) => unclear.replace(/(\d),(?=\d)/g, `$1${mark}`);
    return { problem: `Is ${unclear} one number of ${name}, or two? Write ${written('.')} or ${written(', ')}.` };
  }
  const values = parts.map(readNumber);
  return values.every(Number.isFinite) ? { values } : { problem: `Type numbers with commas between for ${name}.` };
}
