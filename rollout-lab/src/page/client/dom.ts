/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

type Child = Node | string | null;

/** An element with attributes and children; a null child is left out. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** The element of the page with this id. @throws {Error} when the page has none. */
export function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no #${id}`);
  return element;
}

/** Sets a text, where it has changed: an element that is not touched is not drawn again. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

const shown = new WeakMap<Element, string>();

/** Puts children in place of others when what they show has changed, which `key` tells. */
export function replaceWhen(element: Element, key: string, children: () => readonly Node[]): void {
  if (shown.get(element) === key) return;
  shown.set(element, key);
  element.replaceChildren(...children());
}
