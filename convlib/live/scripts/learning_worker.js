// Trains away from the page, which stays free to draw. The first message brings the packed digits, { packed, heldOut };
// { settings, run } begins a run and gives it a number; { going } lets it go on or pauses it; { once } takes one step.
// While it learns it tells what it has reached, { run, done, loss, kernels, network, accuracy }: the mean loss since
// the report before, and the accuracy where it was measured.
import { inflate, unpackDigits } from './network.js';
import { answering, makeRun, tellsAt, measuresAt } from './learning.js';

const SLICE = 40; // milliseconds of learning between two looks for messages

let [digits, run, name, going, losses, timer] = [null, null, 0, false, [], 0];

function tell(measured) {
  const loss = losses.length ? losses.reduce((a, b) => a + b, 0) / losses.length : null;
  losses = [];
  postMessage({
    run: name, done: run.done(), kernels: run.kernels(), network: answering(run.layers), loss,
    accuracy: measured ? run.accuracy() : null,
  });
}

function step() {
  losses.push(run.step());
  const done = run.done();
  if (tellsAt(done)) tell(measuresAt(done, run.steps));
  if (done === run.steps) going = false;
}

function learn() {
  const until = performance.now() + SLICE;
  while (going && performance.now() < until) step();
  if (going) timer = setTimeout(learn, 0);
}

const actions = {
  async packed({ packed, heldOut }) { digits = { ...unpackDigits(await inflate(packed)), heldOut }; },
  settings(message) {
    [run, name, losses, going] = [makeRun(message.settings, digits), message.run, [], false];
    tell(true);
  },
  going(message) {
    clearTimeout(timer);
    going = message.going && run.done() < run.steps;
    if (going) learn();
  },
  once() {
    if (going || run.done() === run.steps) return;
    step();
    if (losses.length) tell(false);
  },
};

let last = Promise.resolve(); // one message after the other: unpacking takes a while
onmessage = ({ data }) => {
  last = last.then(() => actions[Object.keys(data)[0]](data));
  last.catch((error) => setTimeout(() => { throw error; })); // so that the page hears of it
};
