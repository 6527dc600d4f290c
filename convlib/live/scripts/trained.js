// The network that the reader has trained on this page, for the other figures on it.
import { element } from './shared.js';

const EVENT = 'live-trained';

/** Offer a network (numbers as network.js has them) to the other figures, and say in words which one it is. */
export function offer(network, words) {
  window.liveTrained = { network, words };
  dispatchEvent(new Event(EVENT));
}

/**
 * A menu of two networks, the page's own and the reader's, which can be chosen as soon as there is one. `changed` is
 * called when another network answers from now on. Returns the present network, and what ends the listening.
 */
export function networkMenu(parent, own, changed) {
  const label = element('label', 'live-network', parent, 'Network ');
  const select = element('select', '', label);
  select.setAttribute('aria-label', 'Network'); // else the label's name has all options in it
  element('option', '', select, 'of this chapter');
  const yours = element('option', '', select);
  const show = () => {
    const trained = window.liveTrained;
    yours.disabled = !trained;
    yours.textContent = trained ? `yours: ${trained.words}` : 'yours: train one first';
  };
  const present = () => (select.selectedIndex === 1 ? window.liveTrained.network : own);
  const renewed = () => { show(); if (select.selectedIndex === 1) changed(); };
  select.addEventListener('change', changed);
  addEventListener(EVENT, renewed);
  show();
  return { present, isOwn: () => select.selectedIndex === 0, stop: () => removeEventListener(EVENT, renewed) };
}
