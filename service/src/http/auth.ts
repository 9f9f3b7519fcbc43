import type { Request } from 'express'
import { type ApiKey, parseBearerToken } from '../accounts/api-key.ts'
import { findApiKey, unauthorized } from '../accounts/auth.ts'
import type { Context } from '../context.ts'

/** Who calls; looked up at each request, so that a revoked key ends at once on every instance. */
export async function authenticate(ctx: Context, request: Request): Promise<ApiKey> {
  // Node keeps the first of two Authorization headers; who sends two has a mistake to hear of.
  const given = request.headersDistinct.authorization ?? []
  const secret = given.length === 1 ? parseBearerToken(given[0]) : undefined
  const key = secret && (await findApiKey(ctx.db, secret, ctx.now()))
  if (!key) throw unauthorized()
  return key
}
