// What a page does on paper: answers stand open, and the light theme holds, whatever was on before.
(() => {
  const paper = matchMedia('print');
  let undo = null;

  function prepare() {
    if (undo) return;
    const shut = [...document.querySelectorAll('details:not([open])')];
    const hidden = [...document.querySelectorAll('.toggle-hidden')];
    document.documentElement.dataset.theme = 'light';
    shut.forEach((part) => { part.open = true; });
    hidden.forEach((part) => part.classList.remove('toggle-hidden'));
    undo = () => {
      const { dataset } = document.documentElement;
      const auto = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'; // paper has changed it
      dataset.theme = ['light', 'dark'].find((one) => one === dataset.mode) ?? auto;
      shut.forEach((part) => { part.open = false; });
      hidden.forEach((part) => part.classList.add('toggle-hidden'));
    };
  }

  function restore() { undo?.(); undo = null; }

  addEventListener('beforeprint', prepare);
  addEventListener('afterprint', restore);
  paper.addEventListener('change', () => (paper.matches ? prepare() : restore()));
})();

// How far the reader has come: a line at the top for this page, a mark beside the pages that have been read to
// their end. Kept on this device only.
(() => {
  const KEY = 'course-read';
  const root = new URL(document.documentElement.dataset.content_root ?? './', location);
  const nameOf = (address) => new URL(address, location).href.replace(/[?#].*/, '').replace(root.href, '');
  const known = () => {
    try { return new Set(JSON.parse(localStorage.getItem(KEY) ?? '[]')); } catch { return new Set(); }
  };
  const article = document.querySelector('.bd-article');
  if (!article) return;
  const line = Object.assign(document.createElement('div'), { className: 'course-line' });
  line.setAttribute('aria-hidden', 'true'); // the scroll bar says the same
  document.body.append(line);

  function mark() {
    const read = known();
    for (const link of document.querySelectorAll('.bd-sidebar-primary .toctree-l1 > a')) {
      const done = read.has(nameOf(link.href));
      link.classList.toggle('is-read', done);
      if (done) link.title = 'You have read this page to its end.';
    }
  }

  let asked = false;
  function follow() {
    asked = false;
    const { top, height } = article.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (innerHeight - top) / height));
    line.style.transform = `scaleX(${share})`;
    const read = known();
    if (share < 0.97 || scrollY < 200 || read.has(nameOf(location))) return;
    localStorage.setItem(KEY, JSON.stringify([...read, nameOf(location)]));
    mark();
  }
  const ask = () => { if (!asked) { asked = true; requestAnimationFrame(follow); } };
  addEventListener('scroll', ask, { passive: true });
  addEventListener('resize', ask);
  mark();
})();
