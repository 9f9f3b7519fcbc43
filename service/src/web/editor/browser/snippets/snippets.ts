import { toPassFileName } from '@passwright/shared'

/** A program, or a command, that makes a pass as it stands. */
export interface Snippet {
  id: 'curl' | 'javascript' | 'python'
  title: string
  text: string
}

type Request = Record<string, unknown>

/** Writes programs that make this pass at the service; the key comes from the environment. */
export function buildSnippets(request: Request, serviceUrl: string): Snippet[] {
  const address = `${serviceUrl}/api/passes?format=pkpass`
  const file = toPassFileName(String(request.title ?? request.logoText ?? 'pass'))
  return [
    { id: 'curl', title: 'curl', text: buildCurl(request, address, file) },
    { id: 'javascript', title: 'JavaScript', text: buildJavaScript(request, address, file) },
    { id: 'python', title: 'Python', text: buildPython(request, address, file) },
  ]
}

/** The JSON comes from the lines below: an argument may not be as long as a picture. */
function buildCurl(request: Request, address: string, file: string): string {
  return `curl --fail-with-body -sS '${address}' \\
  -H "Authorization: Bearer $PASSWRIGHT_KEY" \\
  -H 'Content-Type: application/json' \\
  -o '${file}' --data-binary @- <<'JSON'
${JSON.stringify(request, null, 2)}
JSON`
}

function buildJavaScript(request: Request, address: string, file: string): string {
  return `import { writeFile } from 'node:fs/promises'

const response = await fetch('${address}', {
  method: 'POST',
  headers: {
    Authorization: \`Bearer \${process.env.PASSWRIGHT_KEY}\`,
    'Content-Type': 'application/json',
  },
  body: JSON.stringify(${indent(JSON.stringify(request, null, 2), '  ')}),
})
if (!response.ok) throw new Error(await response.text())
await writeFile('${file}', Buffer.from(await response.arrayBuffer()))`
}

function buildPython(request: Request, address: string, file: string): string {
  return `import os
import requests

response = requests.post(
    "${address}",
    headers={"Authorization": "Bearer " + os.environ["PASSWRIGHT_KEY"]},
    json=${indent(toPython(request, ''), '    ')},
)
if not response.ok:
    raise SystemExit(response.text)
with open("${file}", "wb") as file:
    file.write(response.content)`
}

function indent(text: string, by: string): string {
  return text.replaceAll('\n', `\n${by}`)
}

const pythonWords: Record<string, string> = { true: 'True', false: 'False', null: 'None' }

/** JSON as a value of Python; a text of JSON is one of Python too. */
function toPython(value: unknown, at: string): string {
  const inner = `${at}    `
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]'
    return `[\n${value.map((each) => `${inner}${toPython(each, inner)},\n`).join('')}${at}]`
  }
  if (typeof value === 'object' && value !== null) {
    const pairs = Object.entries(value)
    if (pairs.length === 0) return '{}'
    const lines = pairs.map(
      ([key, each]) => `${inner}${JSON.stringify(key)}: ${toPython(each, inner)},\n`,
    )
    return `{\n${lines.join('')}${at}}`
  }
  const json = JSON.stringify(value)
  return pythonWords[json] ?? json
}
