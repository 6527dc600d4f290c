/* global Search */
// How the search ranks and what it forgives. Chapters that teach come first; the reference, the glossary and the rest
// follow. A word that no page has gives way to the nearest one that some page has.
const BEHIND = /^chapters\/(api|glossary|notation|bibliography|credits|teach|accessibility)|^genindex/;

window.Scorer = {
  score: ([name, , anchor, , score]) => score - (BEHIND.test(name) ? 20 : 0) + (anchor ? 0 : 2),
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};

/** How many letters have to be changed, added, left out, or swapped with their neighbour. */
function slips(a, b) {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i += 1) {
    rows.push([i]);
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + same);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) least = Math.min(least, rows[i - 2][j - 2] + 1);
      rows[i].push(least);
    }
  }
  return rows[a.length][b.length];
}

/** The word itself, or the nearest of the known words if none contains it. */
function forgiven(word, known) {
  if (word.length < 4 || known.some((other) => other.includes(word))) return word;
  const allowed = word.length < 7 ? 1 : 2;
  const near = known.filter((other) => Math.abs(other.length - word.length) <= allowed)
    .map((other) => [slips(word, other), other]).sort(([a], [b]) => a - b);
  return near.length && near[0][0] <= allowed ? near[0][1] : word;
}

function forgive() {
  const read = Search._parseQuery;
  Search._parseQuery = (query) => {
    const [asked, words, without, marked, objects] = read(query);
    const { terms, titleterms } = Search._index;
    const known = [...Object.keys(terms), ...Object.keys(titleterms)];
    const found = new Set();
    for (const word of words) {
      const better = forgiven(word, known);
      found.add(better);
      if (better !== word) marked.add(better);
    }
    return [asked, found, without, marked, objects];
  };
}

if (typeof Search === 'undefined') addEventListener('DOMContentLoaded', forgive);
else forgive(); // the index, which comes next, has the search begin
