import { listOperations } from './document.ts'
import type { DocsSite } from './pages.ts'

/**
 * Writes the list of the documentation for language models: what this is, the guides as Markdown, every
 * operation in a line. https://llmstxt.org
 */
export function renderLlmsText({ document, guides }: DocsSite): string {
  const url = document.servers[0]?.url ?? ''
  const chapters = [...Map.groupBy(guides, ({ chapter }) => chapter)].map(
    ([chapter, inside]) =>
      `## ${chapter}\n\n${inside.map(({ name, title, summary }) => `- [${title}](${url}/docs/${name}.md): ${summary}`).join('\n')}`,
  )
  const operations = listOperations(document).map(
    ({ operationId, method, path, summary }) =>
      `- [${method} ${path}](${url}/docs#${operationId}): ${summary}`,
  )
  return `# Passwright

> A self-hosted service that turns JSON into signed Apple Wallet passes. One HTTP call creates a pass, returns the .pkpass file and can email it; later calls update, void or delete it. Every request but the public pages needs the header "Authorization: Bearer pw_live_…".

The API is described in full at ${url}/openapi.json (OpenAPI 3.1).

${chapters.join('\n\n')}

## Operations

${operations.join('\n')}
`
}
