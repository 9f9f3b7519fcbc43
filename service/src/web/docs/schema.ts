import { escapeHtml } from '../../text/html.ts'
import type { Schema } from './document.ts'
import { renderTable } from './markdown.ts'

/** Renders the properties of a schema as a table; those of objects inside are folded below it. */
export function renderProperties({ properties = {}, required = [] }: Schema): string {
  const rows = Object.entries(properties).map(([name, schema]) => {
    const isRequired = required.includes(name) ? ' <em class="required">required</em>' : ''
    const { description = '' } = schema
    return `<tr><td><code>${escapeHtml(name)}</code>${isRequired}</td><td>${renderType(schema)}</td><td>${renderText(description)}${renderInner(schema)}</td></tr>`
  })
  if (rows.length === 0) return ''
  return renderTable(
    '<tr><th scope="col">property</th><th scope="col">type</th><th scope="col">meaning</th></tr>',
    rows.join('\n'),
  )
}

/** Names the type of a schema as HTML; one with a name of its own links to it. */
export function renderType(schema: Schema): string {
  const { $ref, type, anyOf, oneOf, items, additionalProperties } = schema
  if ($ref !== undefined) return renderReference($ref)
  const alternatives = anyOf ?? oneOf
  if (alternatives) return [...new Set(alternatives.map(renderType))].join(' or ')
  if (schema.const !== undefined) return renderValue(schema.const)
  if (schema.enum) return schema.enum.map(renderValue).join(' ')
  if (items) return `list of ${renderType(items)}`
  if (schema.contentEncoding === 'binary') return 'file'
  if (typeof additionalProperties === 'object' && !schema.properties) {
    return Object.keys(additionalProperties).length > 0
      ? `object of ${renderType(additionalProperties)}`
      : 'object'
  }
  return [type ?? 'any'].flat().map(escapeHtml).join(' or ')
}

function renderInner(schema: Schema): string {
  const inner = schema.items ?? schema
  if (!inner.properties) return ''
  return `<details><summary>${schema.items ? 'Each has' : 'It has'}</summary>${renderProperties(inner)}</details>`
}

function renderReference(reference: string): string {
  const name = escapeHtml(reference.split('/').at(-1) ?? '')
  return `<a href="#schema-${name}">${name}</a>`
}

function renderValue(value: unknown): string {
  return `<code>${escapeHtml(JSON.stringify(value))}</code>`
}

/** Escapes a text in which `code` may be marked. */
export function renderText(text: string): string {
  return escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>')
}
