// Of Lumino's widgets (docks, menus, tab bars, ...) the controls need only these three, taken from the
// package's own sources. Its bundle cannot be shaken, and weighs more than all the rest of the runtime.
export { Widget } from 'lumino-widgets-src/widget';
export { Panel } from 'lumino-widgets-src/panel';
export { PanelLayout } from 'lumino-widgets-src/panellayout';
