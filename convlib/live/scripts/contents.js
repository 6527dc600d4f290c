// Large contents that a figure loads when it needs them. On a page they are files of the site, scripts that put a
// base64 text into window.liveContents: from a folder on disk nothing else can be loaded. In a notebook they are there.
import { bytesOf } from './shared.js';

/** The bytes that a base64 text holds. */
export function fromBase64(text) {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** The content of the file at this address, whose name it is known by; a file that did not come is asked for again. */
function fromFile(address) {
  const name = address.slice(address.lastIndexOf('/') + 1).replace(/\.js$/, '');
  return new Promise((resolve, reject) => {
    if (window.liveContents?.[name]) { resolve(fromBase64(window.liveContents[name])); return; }
    const script = document.createElement('script');
    script.onload = () => resolve(fromBase64(window.liveContents[name]));
    script.onerror = () => { script.remove(); reject(new Error(`${name}.js did not load`)); };
    script.src = address;
    document.head.append(script);
  });
}

/** The bytes that the widget which a trait refers to holds, or where it says that they are. */
export async function contentOf(model, trait) {
  const other = await model.widget_manager.get_model(model.get(trait).replace('IPY_MODEL_', ''));
  return other.get('address') ? fromFile(other.get('address')) : bytesOf(other.get('content'));
}
