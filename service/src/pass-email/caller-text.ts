import { fillPlaceholders } from '@passwright/shared/schema'
import { renderLineBreaks } from '../email/templates/blocks.ts'

/** What the placeholders in a subject or a message stand for. */
export type PlaceholderValues = Record<'name' | 'title' | 'organizationName', string>

/** Fills in a caller's text; if the name is not known, the space before it is removed too. */
export function fillCallerText(text: string, values: PlaceholderValues): string {
  const template = values.name === '' ? text.replace(/[ \t]+(\{\{\s*name\s*\}\})/g, '$1') : text
  return fillPlaceholders(template, values)
}

/** Truncates a text so that its HTML becomes shorter by this many bytes. */
export function shortenByHtmlBytes(text: string, bytes: number): string {
  let remaining = Buffer.byteLength(renderLineBreaks(text)) - bytes - Buffer.byteLength('…')
  const kept: string[] = []
  for (const character of text) {
    remaining -= Buffer.byteLength(renderLineBreaks(character))
    if (remaining < 0) break
    kept.push(character)
  }
  return `${kept.join('').trimEnd()}…`
}
