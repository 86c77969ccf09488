/** The first element of the page that fits, which has to be there and of this type. */
export function find<E extends HTMLElement>(selector: string, type: new () => E, within: ParentNode = document): E {
  const element = within.querySelector(selector);
  if (element instanceof type) return element;
  throw new Error(`The page has no ${type.name} that fits '${selector}'.`);
}

/** A new element with a class and children. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  className: string,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  element.className = className;
  element.append(...children);
  return element;
}
