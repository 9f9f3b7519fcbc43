import type { Request } from 'express'
import { type ApiKey, parseBearerToken } from '../accounts/api-key.ts'
import { createUnauthorized, findApiKey } from '../accounts/auth.ts'
import type { Context } from '../context.ts'

/**
 * Returns the API key of a request; throws `unauthorized`. It is looked up every time, so that a revoked
 * key is refused at once on every instance.
 */
export async function authenticate(ctx: Context, request: Request): Promise<ApiKey> {
  // Node keeps the first of two Authorization headers; a request with two is refused.
  const headers = request.headersDistinct.authorization ?? []
  const secret = headers.length === 1 ? parseBearerToken(headers[0]) : undefined
  const key = secret && (await findApiKey(ctx.db, secret, ctx.now()))
  if (!key) throw createUnauthorized()
  return key
}
