/** Escapes text for HTML and XML, in content and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** Escapes like `escapeHtml`, and drops the characters that no XML document may contain. */
export function escapeXml(text: string): string {
  return escapeHtml(text.toWellFormed().replace(forbiddenInXml, ''))
}

// https://www.w3.org/TR/xml/#charsets, and the control characters that are a parse error in HTML.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to drop.
const forbiddenInXml = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]/g

/** Renders an SVG or HTML element. Attribute values and content must be escaped; undefined attributes are left out. */
export function renderElement(
  name: string,
  attributes: Record<string, string | number | undefined>,
  content = '',
): string {
  const rendered = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${value}"`)
    .join('')
  return content === '' ? `<${name}${rendered}/>` : `<${name}${rendered}>${content}</${name}>`
}
