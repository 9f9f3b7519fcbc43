import { escapeHtml } from '../../text/html.ts'
import { type DocumentedOperation, listOperations, type OpenApiDocument } from './document.ts'
import { buildCurl } from './examples.ts'
import { groupOperations, type OperationGroup } from './groups.ts'
import { renderCode, renderTable, toAnchor } from './markdown.ts'
import { renderProperties, renderText, renderType } from './schema.ts'

/** The chapters of the reference with their operations, for the list at its side. */
export function listChapters(document: OpenApiDocument): OperationGroup[] {
  return groupOperations(listOperations(document))
}

/** Renders every operation and every schema of an OpenAPI document. */
export function renderReference(document: OpenApiDocument): string {
  const chapters = listChapters(document).map(
    ({ title, operations }) =>
      `<h2 id="${toAnchor(title)}">${escapeHtml(title)}</h2>\n${operations.map((operation) => renderOperation(operation, document)).join('\n')}`,
  )
  return `${chapters.join('\n')}\n${renderSchemas(document)}`
}

function renderOperation(operation: DocumentedOperation, document: OpenApiDocument): string {
  const { operationId, summary, method, path, description } = operation
  return `<section class="operation" aria-labelledby="${operationId}">
<h3 id="${operationId}"><a class="anchor" href="#${operationId}">${escapeHtml(summary)}</a></h3>
<p class="route"><span class="method method-${method.toLowerCase()}">${method}</span> <code>${renderPath(path)}</code> <span class="auth">${renderAuth(operation)}</span></p>
${description === undefined ? '' : `<p>${renderText(description)}</p>`}
${renderParameters(operation)}${renderBody(operation)}${renderReplies(operation)}
${renderCode(buildCurl(operation, document))}</section>`
}

/** A long path may break after its slashes. */
function renderPath(path: string): string {
  return escapeHtml(path).replaceAll('/', '/<wbr>')
}

const auths: Record<string, string> = {
  key: 'API key',
  pass: 'authentication token of the pass',
}

function renderAuth({ security }: DocumentedOperation): string {
  const names = security.flatMap((scheme) => Object.keys(scheme)).map((name) => auths[name] ?? name)
  return names.length === 0 ? 'no key' : names.join(', ')
}

function renderParameters({ parameters }: DocumentedOperation): string {
  const rows = parameters.map(
    ({ name, in: place, required, schema, description = schema.description ?? '' }) =>
      `<tr><td><code>${escapeHtml(name)}</code>${required ? ' <em class="required">required</em>' : ''}</td><td>${place}</td><td>${renderType(schema)}</td><td>${renderText(description)}</td></tr>`,
  )
  if (rows.length === 0) return ''
  return renderTable(
    '<tr><th scope="col">parameter</th><th scope="col">in</th><th scope="col">type</th><th scope="col">meaning</th></tr>',
    rows.join('\n'),
  )
}

function renderBody({ requestBody }: DocumentedOperation): string {
  const bodies = Object.entries(requestBody?.content ?? {}).map(([type, { schema }]) => {
    const isForm = type !== 'application/json'
    const name = isForm ? `Body, <code>${escapeHtml(type)}</code>` : 'Body'
    return schema.properties
      ? `<h4>${name}</h4>\n${renderProperties(schema)}`
      : `<h4>${name}: ${renderType(schema)}</h4>\n`
  })
  return bodies.join('')
}

function renderReplies({ responses }: DocumentedOperation): string {
  const rows = Object.entries(responses).map(([status, { description, content }]) => {
    const types = Object.entries(content).map(([type, { schema }]) =>
      type === 'application/json' ? renderType(schema) : `<code>${escapeHtml(type)}</code>`,
    )
    return `<tr><td>${status}</td><td>${renderDescription(description)}</td><td>${types.join(' or ')}</td></tr>`
  })
  return `<h4>Replies</h4>\n${renderTable(
    '<tr><th scope="col">status</th><th scope="col">when</th><th scope="col">body</th></tr>',
    rows.join('\n'),
  )}`
}

/** The descriptions of errors begin each sentence with a code. */
function renderDescription(description: string): string {
  return renderText(description).replace(
    /\b([a-z]+(?:_[a-z]+)+|unauthorized|overloaded): /g,
    '<code>$1</code> ',
  )
}

function renderSchemas({ components }: OpenApiDocument): string {
  const schemas = Object.entries(components.schemas).map(
    ([name, schema]) =>
      `<section class="operation" aria-labelledby="schema-${name}">\n<h3 id="schema-${name}"><a class="anchor" href="#schema-${name}">${name}</a></h3>\n${schema.description === undefined ? '' : `<p>${renderText(schema.description)}</p>\n`}${renderProperties(schema)}</section>`,
  )
  return `<h2 id="schemas">Schemas</h2>\n${schemas.join('\n')}`
}
