import { parseRoute } from '@passwright/shared'
import { type Operation, operations } from '@passwright/shared/schema'
import { z } from 'zod'

/** A JSON reply to a request. */
interface JsonReply {
  method: string
  path: string
  status: number
  json: unknown
}

const described = Object.values(operations).map((operation: Operation) => {
  const { method, path } = parseRoute(operation.route)
  const pattern = new RegExp(`^${path.replaceAll(/:\w+/g, '[^/]+')}$`)
  return { method, pattern, replies: operation.replies }
})

/** Throws unless a reply that is no error is what the OpenAPI document says of its operation, and nothing else. */
export function assertDescribed({ method, path, status, json }: JsonReply): void {
  if (status >= 400 || json === undefined) return
  const [pathname = ''] = path.split('?')
  const found = described.find((one) => one.method === method && one.pattern.test(pathname))
  const schema = found?.replies[status]?.body.json
  if (!schema) throw new Error(`${method} ${pathname} has no JSON with ${status} in the operations`)
  const { error } = schema.safeParse(json)
  if (error) {
    throw new Error(
      `${method} ${pathname} (${status}) is not as described: ${z.prettifyError(error)}`,
    )
  }
}
