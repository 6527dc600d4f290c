// A run of training for a figure: its worker, and what the worker told so far.
import workerScript from 'worker:./learning_worker.js';

/** A worker that a page can start from a folder on disk, too: from the text that the page holds. */
function startWorker(told, failed) {
  const url = URL.createObjectURL(new Blob([workerScript], { type: 'text/javascript' }));
  const worker = new Worker(url);
  worker.onmessage = ({ data }) => told(data);
  worker.onerror = (event) => {
    event.preventDefault?.();
    failed(new Error(event.message || 'no worker started'));
  };
  return {
    post: (message) => worker.postMessage(message),
    stop() { worker.terminate(); URL.revokeObjectURL(url); },
  };
}

/**
 * What trains: `load` promises the packed digits, of which the last `heldOut` are judged on; they are asked for with
 * the first run. `told` gets each report of the run that was begun last, `failed` an error, after which the next run
 * tries everything anew.
 */
export function makeTrainer({ load, heldOut, told, failed }) {
  let [worker, run] = [null, 0]; // a promise of a worker that has the digits; the number of the latest run

  function fail(error) {
    worker?.then((one) => one.stop(), () => {});
    worker = null;
    failed(error);
  }

  async function withDigits() {
    const packed = await load();
    const one = startWorker((report) => { if (report.run === run) told(report); }, fail);
    one.post({ packed, heldOut });
    return one;
  }

  function post(message) {
    worker ??= withDigits();
    const asked = worker;
    const present = (act) => (it) => { if (worker === asked) act(it); };
    asked.then(present((one) => one.post(message)), present(fail));
  }

  return {
    begin(settings) { run += 1; post({ settings, run }); },
    go(going) { post({ going }); },
    once() { post({ once: true }); },
    stop() { worker?.then((one) => one.stop(), () => {}); worker = null; },
  };
}
