type Attributes = Record<string, string | number | boolean | undefined>
export type Child = Node | string | undefined

/** Creates an element; an attribute that is false or undefined is left out. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Name] {
  const created = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue
    created.setAttribute(key, value === true ? '' : String(value))
  }
  created.append(...children.filter((child) => child !== undefined))
  return created
}

/** Creates a button that does something when it is pressed. */
export function button(label: string, onPress: () => void, attributes: Attributes = {}) {
  const created = element('button', { type: 'button', ...attributes }, label)
  created.addEventListener('click', onPress)
  return created
}

/** Finds the element of the page with this id; the page and its scripts come from one version. */
export function getElement(id: string): HTMLElement {
  const found = document.getElementById(id)
  if (!found) throw new Error(`The page has no #${id}`)
  return found
}
