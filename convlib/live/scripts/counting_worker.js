// Counts away from the page, which stays free to draw. The first message brings the network and the digits, every
// later one kernels; each of those is answered.
import { makeCounter } from './counting.js';

let count;

onmessage = ({ data }) => {
  if (data.network) count = makeCounter(data.network, data.digits);
  else postMessage(count(data.kernels));
};
