import type { Scope } from '@passwright/shared'
import type { Request } from 'express'
import { type ApiKey, isExpired } from '../accounts/api-key.ts'
import { createKeyExpired, createUnauthorized, findApiKey } from '../accounts/auth.ts'
import { assertScope } from '../accounts/scopes.ts'
import type { Context } from '../context.ts'
import { identifyCaller } from './limits/caller.ts'
import { createRateLimit } from './limits/rate-limit.ts'

/** So many wrong keys from one address are told to be wrong. */
const WRONG_KEY_LIMIT = { times: 100, seconds: 60 }

/**
 * Returns the API key of a request, which must have the scope. Throws `unauthorized`, `scope_required`,
 * or `too_many_requests` for a caller that guesses.
 */
export type Authenticate = (request: Request, scope: Scope | undefined) => Promise<ApiKey>

/** Creates the check of API keys, which counts wrong ones by address. */
export function createAuthenticate(ctx: Context): Authenticate {
  const countWrongKey = createRateLimit({ ...WRONG_KEY_LIMIT, now: ctx.now })
  return async (request, scope) => {
    const key = await findRequestKey(ctx, request)
    if (key) {
      if (isExpired(key, ctx.now())) throw createKeyExpired(key)
      if (scope) assertScope(key, scope)
      return key
    }
    // No key at all is a mistake, not a guess.
    const isGuess = request.headers.authorization !== undefined
    throw (isGuess && countWrongKey(identifyCaller(request))) || createUnauthorized()
  }
}

/** Looks the key up every time, so that a revoked one is refused at once on every instance. */
async function findRequestKey(ctx: Context, request: Request): Promise<ApiKey | undefined> {
  // Node keeps the first of two Authorization headers; a request with two is refused.
  const headers = request.headersDistinct.authorization ?? []
  const token = headers.length === 1 ? parseBearerToken(headers[0]) : undefined
  return token === undefined ? undefined : findApiKey(ctx.db, token, ctx.now())
}

/** Parses the token from an `Authorization` header (RFC 6750); the scheme in any letter case. */
function parseBearerToken(header = ''): string | undefined {
  return /^bearer[ \t]+(\S+)[ \t]*$/i.exec(header)?.[1]
}
