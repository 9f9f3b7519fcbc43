import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'
import { type Client, Problem } from '@passwright/shared'
import { version } from '../version.ts'
import { type Tool, tools } from './tools.ts'

/**
 * Replies to one message of the Model Context Protocol over Streamable HTTP, without a session: a
 * server is created for each, with the client of the caller's key
 * (modelcontextprotocol.io/specification/2025-06-18/basic/transports).
 */
export async function replyToMessage(api: Client<unknown>, request: Request): Promise<Response> {
  const server = createServer(api)
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true })
  await server.connect(transport)
  try {
    return await transport.handleRequest(request)
  } finally {
    await server.close()
  }
}

const instructions =
  'Passwright makes passes for Apple Wallet. Passes are issued from templates (list_templates) or from fields, found by name, own id or email address, and changed where they are: phones follow.'

function createServer(api: Client<unknown>): McpServer {
  const server = new McpServer(
    { name: 'passwright', title: 'Passwright', version },
    { instructions },
  )
  for (const [name, tool] of Object.entries(tools)) {
    const { title, description, input } = tool
    server.registerTool(
      name,
      { title, description, inputSchema: input.shape, annotations: toAnnotations(tool) },
      (values) => runTool(api, tool, values),
    )
  }
  return server
}

function toAnnotations({ title, isReadOnly, isDestructive, isIdempotent }: Tool) {
  return {
    title,
    readOnlyHint: isReadOnly ?? false,
    destructiveHint: isDestructive ?? false,
    idempotentHint: isReadOnly ?? isIdempotent ?? false,
    openWorldHint: false,
  }
}

/** Runs a tool; an error of the API is a result that the agent reads, in the API's words. */
async function runTool(api: Client<unknown>, { run }: Tool, values: unknown) {
  try {
    const result = await run(api, values as never)
    return { content: [toText(JSON.stringify(result, null, 1))] }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return { isError: true, content: [toText(describeProblem(error))] }
  }
}

const toText = (text: string) => ({ type: 'text' as const, text })

function describeProblem({ message, code, issues = [] }: Problem): string {
  const details = issues.map((issue) => `${issue.path}: ${issue.message}`)
  return [`${message} (${code})`, ...details].join('\n')
}
