// The oldest browsers in which the live figures work. What they need: container queries and their units (Chrome 105,
// Firefox 110, Safari 16), `:has()` (Firefox 121), `color-mix()` (Chrome 111, Safari 16.2) and DecompressionStream
// (Firefox 113, Safari 16.4). In older ones the still pictures stay, and a line says why (widget-runtime.js).
export const BROWSERS = ['chrome111', 'firefox121', 'safari16.4'];
