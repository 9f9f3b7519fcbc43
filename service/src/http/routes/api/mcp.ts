import { operations } from '@passwright/shared/schema'
import type { Request } from 'express'
import type { Context } from '../../../context.ts'
import { createOwnClient, getOwnOrigin } from '../../../mcp/api.ts'
import { replyToMessage } from '../../../mcp/server.ts'
import { assertSameSite } from '../../cross-site.ts'
import type { Mount } from '../../endpoint.ts'
import type { Reply } from '../../reply.ts'

/** The tools for agents. The requests that they send to this service are limited themselves. */
export function mountMcpRoute(mount: Mount, ctx: Context): void {
  mount(
    operations.callMcp,
    async ({ body, request }) => {
      assertSameSite(request, ctx.config.publicUrl)
      const api = createOwnClient(getOwnOrigin(request.socket), request.headers.authorization ?? '')
      return toReply(await replyToMessage(api, toWebRequest(request, body)))
    },
    { isUnlimited: true },
  )
}

function toWebRequest(
  { headersDistinct, originalUrl }: Request,
  body: unknown,
): globalThis.Request {
  const headers = Object.entries(headersDistinct).flatMap(([name, values = []]) =>
    values.map((value): [string, string] => [name, value]),
  )
  return new Request(new URL(originalUrl, 'http://localhost'), {
    method: 'POST',
    headers: headers.filter(([name]) => name !== 'content-length' && name !== 'content-encoding'),
    body: JSON.stringify(body),
  })
}

async function toReply(response: Response): Promise<Reply> {
  const type = response.headers.get('content-type')
  return {
    status: response.status,
    headers: type ? { 'Content-Type': type } : {},
    body: new Uint8Array(await response.arrayBuffer()),
  }
}
