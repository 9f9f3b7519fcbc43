import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

/** What a caller of the model has asked so far. */
interface Conversation {
  messages: { role: string; content: string }[]
  tools: { function: { name: string; parameters: unknown } }[]
}

/** A server that replies as a language model of OpenAI does. */
export interface FakeModel {
  url: string
  /** The requests that it got, oldest first. */
  conversations: Conversation[]
  close: () => void
}

/** Starts a model that calls the tool once with these arguments, and then repeats what the tool returned. */
export async function startFakeModel(tool: string, args: object): Promise<FakeModel> {
  const conversations: Conversation[] = []
  const server = createServer(async (request, response) => {
    const conversation = (await json(request)) as Conversation
    conversations.push(conversation)
    const last = conversation.messages.at(-1)
    const name = conversation.tools
      .map((one) => one.function.name)
      .find((one) => one.includes(tool))
    const call = { id: 'call_1', type: 'function' }
    const message =
      last?.role === 'tool'
        ? { role: 'assistant', content: `Done: ${last.content}` }
        : {
            role: 'assistant',
            content: null,
            tool_calls: [{ ...call, function: { name, arguments: JSON.stringify(args) } }],
          }
    const finish_reason = last?.role === 'tool' ? 'stop' : 'tool_calls'
    const choices = [{ index: 0, message, finish_reason }]
    response.setHeader('content-type', 'application/json')
    response.end(
      JSON.stringify({ id: 'chat', object: 'chat.completion', created: 0, model: 'fake', choices }),
    )
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/v1`, conversations, close: () => server.close() }
}
