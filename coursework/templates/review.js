'use strict';
{
  const quoted = (text) => `"${text.replaceAll('"', '""')}"`;
  const safe = (text) => (/^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text);

  const table = () => {
    const rows = new Map();
    for (const field of document.querySelectorAll('[data-student]')) {
      const { student, part, what } = field.dataset;
      const key = JSON.stringify([student, part]);
      const row = rows.get(key) ?? { student, part, points: '', comment: '' };
      row[what] = field.value.trim();
      rows.set(key, row);
    }
    const said = [...rows.values()].filter((row) => row.points || row.comment);
    const lines = said.map((row) => ['student', 'part', 'points', 'comment'].map((key) => quoted(safe(row[key]))));
    return [said.length, `\ufeffstudent,part,points,comment\r\n${lines.map((line) => `${line.join(',')}\r\n`).join('')}`];
  };

  let saved = table()[1];
  document.getElementById('save').addEventListener('click', () => {
    const [count, text] = table();
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
    link.download = document.body.dataset.file ?? document.title;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    saved = text;
    document.getElementById('said').textContent = `${count} entries saved`;
  });
  addEventListener('beforeunload', (event) => {
    if (table()[1] !== saved) event.preventDefault();
  });
}
