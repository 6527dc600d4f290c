// The little of jQuery that the widget packages touch: `$(element)` as a list of elements.
class Elements extends Array {
  empty() {
    this.forEach((element) => element.replaceChildren());
    return this;
  }
}

export default function $(what) {
  const list = new Elements();
  if (typeof what === 'string') list.push(...document.querySelectorAll(what));
  else if (what) list.push(what);
  return list;
}
// `instanceof $` is asked of the lists above
Object.defineProperty($, Symbol.hasInstance, { value: (thing) => thing instanceof Elements });
