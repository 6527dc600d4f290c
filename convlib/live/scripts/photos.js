// The reader's own pictures: from a file, dropped, or from the camera. They never leave the page.
import { element } from './shared.js';

export const PRIVATE = 'A photograph never leaves this device. You can also drop one on the pictures.';
const LARGEST = 512; // pixels a side
const CAMERA = 320;
const STRETCH = 3; // the longer side is at most so many times the shorter one
const MOST = 100e6; // pixels that are unpacked at all: 400 MB

/** The middle part of a picture that is shown, and its size then: long strips are cut, large ones shrunk. */
export function fitted(wide, high, largest) {
  const [width, height] = [Math.min(wide, STRETCH * high), Math.min(high, STRETCH * wide)];
  const scale = Math.min(1, largest / Math.max(width, height));
  const size = [width, height].map((n) => Math.max(1, Math.round(n * scale)));
  return { part: [(wide - width) / 2, (high - height) / 2, width, height], size };
}

/** What is wrong with a picture of this size, or nothing. */
export function sizeProblem(wide, high) {
  const size = `${wide} × ${high} pixels`;
  if (!(wide * high > 0)) return 'This picture has no pixels. Choose another one.';
  return wide * high > MOST ? `This picture is too large: ${size}, more than 100 million. Choose another one.` : '';
}

/** What is said of a picture that is shown: also whether it was cut or made smaller. */
export function shownAs(wide, high, { part, size }) {
  if (wide === size[0] && high === size[1]) return `Your photograph is shown. ${PRIVATE}`;
  const cut = part[2] < wide || part[3] < high ? 'its middle, ' : '';
  const from = `${cut}${size[0]} × ${size[1]} pixels instead of ${wide} × ${high}`;
  return `Your photograph is shown, made smaller: ${from}. ${PRIVATE}`;
}

const CAMERA_PROBLEMS = {
  NotAllowedError: 'The camera was refused.',
  NotFoundError: 'There is no camera.',
  NotReadableError: 'The camera is in use by another program.',
  TypeError: 'A camera cannot be used on this page.', // the address is neither https nor this computer
};

/** Why there is no picture from the camera, in words. */
export function cameraProblem(name) {
  return `${CAMERA_PROBLEMS[name] ?? 'The camera could not be started.'} Everything else goes on working.`;
}

// ---------------------------------------------------------------------------------------------

/** The pixels of something that can be drawn, over white. */
function pixelsOf(source, { part, size: [width, height] }) {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.fillStyle = 'white';
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(source, ...part, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}

/** The pixels of a file that a program has made, none of them changed. */
export async function exactPixels(bytes) {
  const bitmap = await createImageBitmap(new Blob([bytes]), { colorSpaceConversion: 'none' });
  const size = [bitmap.width, bitmap.height];
  return pixelsOf(bitmap, { part: [0, 0, ...size], size });
}

/** The pixels of a reader's file and what is to be said, or only what is wrong with it. */
async function pixelsOfFile(file) {
  if (!file.size) return { words: 'This file is empty. Choose another one.' };
  const address = URL.createObjectURL(file);
  const image = new Image();
  try {
    image.src = address;
    await new Promise((resolve, reject) => { [image.onload, image.onerror] = [resolve, reject]; });
    const [wide, high] = [image.naturalWidth, image.naturalHeight]; // known before anything is unpacked
    const words = sizeProblem(wide, high);
    if (words) return { words };
    await image.decode();
    const fit = fitted(wide, high, LARGEST);
    return { pixels: pixelsOf(image, fit), words: shownAs(wide, high, fit) };
  } catch {
    return { words: 'This file is not a picture that the browser can read. Choose another one.' };
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** Buttons for a file, the camera and the way back, and a line of words. */
export function ownButtons(el) {
  const box = element('div', 'live-own', el);
  const input = element('input', '', box);
  Object.assign(input, { type: 'file', accept: 'image/*', hidden: true });
  const button = (words) => Object.assign(element('button', 'live-button', box, words), { type: 'button' });
  const [choose, camera, back] = ['Own photograph', 'Camera', 'First picture'].map(button);
  back.hidden = true;
  return { box, button, input, choose, camera, back };
}

/**
 * Bring the buttons to life; `use` takes pixels, `goBack` shows the first picture again, `say` takes words.
 * Returns what ends all of it. Whatever the reader does last counts: every act takes a new turn, and what
 * was begun in an earlier turn comes to nothing.
 */
export function ownPictures({ input, choose, camera, back }, target, { use, goBack, say }) {
  let turn = 0;
  let tracks = [];
  const idle = camera.textContent;
  function newTurn() {
    tracks.forEach((track) => track.stop());
    tracks = [];
    camera.textContent = idle;
    turn += 1;
    return turn;
  }
  const switchOff = (words) => { if (tracks.length) { newTurn(); say(words); } };

  async function useFile(file) {
    if (!file) return;
    const mine = newTurn();
    const { pixels, words } = await pixelsOfFile(file);
    if (mine !== turn) return;
    if (pixels) { use(pixels); back.hidden = false; }
    say(words);
  }

  function follow(video, mine) {
    let shown = -1;
    const next = () => {
      if (mine !== turn) return;
      requestAnimationFrame(next);
      if (video.currentTime === shown || !video.videoWidth) return;
      shown = video.currentTime;
      use(pixelsOf(video, fitted(video.videoWidth, video.videoHeight, CAMERA)));
    };
    next();
  }

  async function useCamera() {
    if (tracks.length) { switchOff(`The camera is off. ${PRIVATE}`); return; }
    const mine = newTurn();
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ video: { width: CAMERA, height: 240 } });
      if (mine !== turn) { stream.getTracks().forEach((track) => track.stop()); return; }
      tracks = stream.getTracks();
      tracks[0].onended = () => switchOff('The camera has stopped.');
      const video = Object.assign(document.createElement('video'), { srcObject: stream, muted: true, playsInline: true });
      await video.play();
      if (mine !== turn) return;
      camera.textContent = 'Stop camera';
      back.hidden = false;
      say(`The camera is on. ${PRIVATE}`);
      follow(video, mine);
    } catch (problem) {
      if (mine === turn) { newTurn(); say(cameraProblem(problem.name)); }
    }
  }

  const ending = new AbortController();
  const on = (what, name, act) => what.addEventListener(name, act, { signal: ending.signal });
  on(choose, 'click', () => input.click());
  on(input, 'change', () => { useFile(input.files[0]); input.value = ''; });
  on(camera, 'click', useCamera);
  on(back, 'click', () => { newTurn(); goBack(); choose.focus(); back.hidden = true; say(PRIVATE); });
  on(target, 'dragover', (event) => { event.preventDefault(); target.classList.add('is-target'); });
  on(target, 'dragleave', () => target.classList.remove('is-target'));
  on(target, 'drop', (event) => {
    event.preventDefault();
    target.classList.remove('is-target');
    useFile(event.dataTransfer.files[0]);
  });
  // nobody is filmed unseen: not in another tab, and not in a part of the page that is folded away
  on(document, 'visibilitychange', () => { if (document.hidden) switchOff('The camera was switched off.'); });
  const folded = new IntersectionObserver(([{ boundingClientRect: { width } }]) => {
    if (!width) switchOff('The camera was switched off.');
  });
  folded.observe(target);
  return () => { newTurn(); ending.abort(); folded.disconnect(); };
}
