import type { Request } from 'express'
import type { ApiKey } from '../accounts/api-key.ts'
import { createUnauthorized, findApiKey } from '../accounts/auth.ts'
import type { Context } from '../context.ts'

/**
 * Returns the API key of a request; throws `unauthorized`. It is looked up every time, so that a revoked
 * key is refused at once on every instance.
 */
export async function authenticate(ctx: Context, request: Request): Promise<ApiKey> {
  // Node keeps the first of two Authorization headers; a request with two is refused.
  const headers = request.headersDistinct.authorization ?? []
  const token = headers.length === 1 ? parseBearerToken(headers[0]) : undefined
  const key = token && (await findApiKey(ctx.db, token, ctx.now()))
  if (!key) throw createUnauthorized()
  return key
}

/** Parses the token from an `Authorization` header (RFC 6750); the scheme in any letter case. */
function parseBearerToken(header = ''): string | undefined {
  return /^bearer[ \t]+(\S+)[ \t]*$/i.exec(header)?.[1]
}
