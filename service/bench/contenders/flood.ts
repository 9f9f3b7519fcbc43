// Asks a service for passes on so many connections, again at once whatever it answers, until its parent
// says stop; then it sends how many requests got which status.
import { Agent, request } from 'undici'
import { buildRequest } from './ticket.ts'

const [url = '', key = '', connections = '1'] = process.argv.slice(2)
const dispatcher = new Agent({ connections: Number(connections), headersTimeout: 120_000 })
const counts: Record<string, number> = {}
let isRunning = true
let number = 0

async function ask(): Promise<string> {
  number += 1
  const { statusCode, headers, body } = await request(`${url}/api/pkpass`, {
    dispatcher,
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify(buildRequest(number)),
  })
  await body.dump()
  return headers['retry-after'] === undefined ? String(statusCode) : `${statusCode} Retry-After`
}

process.once('message', () => {
  isRunning = false
})
await Promise.all(
  Array.from({ length: Number(connections) }, async () => {
    while (isRunning) {
      const status = await ask().catch(({ code }) => String(code))
      counts[status] = (counts[status] ?? 0) + 1
    }
  }),
)
await dispatcher.close()
process.send?.(counts)
process.disconnect()
