// What a page does on paper: answers stand open, and the light theme holds, whatever was on before.
(() => {
  const paper = matchMedia('print');
  let undo = null;

  function prepare() {
    if (undo) return;
    const { theme } = document.documentElement.dataset;
    const shut = [...document.querySelectorAll('details:not([open])')];
    const hidden = [...document.querySelectorAll('.toggle-hidden')];
    document.documentElement.dataset.theme = 'light';
    shut.forEach((part) => { part.open = true; });
    hidden.forEach((part) => part.classList.remove('toggle-hidden'));
    undo = () => {
      document.documentElement.dataset.theme = theme;
      shut.forEach((part) => { part.open = false; });
      hidden.forEach((part) => part.classList.add('toggle-hidden'));
    };
  }

  function restore() { undo?.(); undo = null; }

  addEventListener('beforeprint', prepare);
  addEventListener('afterprint', restore);
  paper.addEventListener('change', () => (paper.matches ? prepare() : restore()));
})();
