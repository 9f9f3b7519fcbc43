import { z } from 'zod'
import type { JsonClient } from '../../net/json-client.ts'
import { toSingleLine, truncate } from '../../text/plain-text.ts'
import type { GoogleCredentials } from './credentials.ts'
import { signJwt, toSeconds } from './jwt.ts'
import type { GoogleFailure } from './response.ts'

export type TokenResult = { result: 'ok'; token: string } | GoogleFailure

/** Access tokens of a service account: one at a time, however many ask for it. */
export interface AccessTokens {
  get: () => Promise<TokenResult>
  /** Forgets a token that was not taken. */
  forget: (token: string) => void
}

const SCOPE = 'https://www.googleapis.com/auth/wallet_object.issuer'
const HOUR_SECONDS = 3_600
const TIMEOUT_MS = 10_000

/** How long before its end a token is not used any more. */
const MARGIN_MS = 60_000

const Token = z.object({
  access_token: z.string().min(1).max(10_000),
  expires_in: z.number().positive().catch(HOUR_SECONDS),
})

/** https://developers.google.com/identity/protocols/oauth2/service-account#httprest */
export function createAccessTokens(
  credentials: GoogleCredentials,
  { send }: Pick<JsonClient, 'send'>,
  now: () => Date,
): AccessTokens {
  let known: { token: string; endsAt: number } | undefined
  let pending: Promise<TokenResult> | undefined

  const request = async (): Promise<TokenResult> => {
    const at = now()
    const sent = await send({
      method: 'POST',
      url: credentials.tokenUri,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        assertion: buildAssertion(credentials, at),
      }).toString(),
      timeoutMs: TIMEOUT_MS,
    })
    if (sent.outcome === 'unreachable') {
      return {
        result: 'unreachable',
        reason: `Google's token server cannot be reached: it ${sent.reason}`,
      }
    }
    const { data } = Token.safeParse(sent.json)
    if (sent.status === 200 && data) {
      known = { token: data.access_token, endsAt: at.getTime() + data.expires_in * 1000 }
      return { result: 'ok', token: data.access_token }
    }
    return explainRefusal(sent.status, sent.json)
  }

  return {
    get: async () => {
      if (known && now().getTime() < known.endsAt - MARGIN_MS) {
        return { result: 'ok', token: known.token }
      }
      pending ??= request().finally(() => {
        pending = undefined
      })
      return pending
    },
    forget: (token) => {
      if (known?.token === token) known = undefined
    },
  }
}

function buildAssertion(
  { clientEmail, privateKey, tokenUri }: GoogleCredentials,
  at: Date,
): string {
  const iat = toSeconds(at)
  const claims = { iss: clientEmail, scope: SCOPE, aud: tokenUri, iat, exp: iat + HOUR_SECONDS }
  return signJwt(claims, privateKey)
}

function explainRefusal(
  status: number,
  { error, error_description: detail }: Record<string, unknown>,
): GoogleFailure {
  const words = [error, detail].filter((part) => typeof part === 'string').join(': ')
  const reason = `Google's token server returned ${status}${words && ` ${truncate(toSingleLine(words), 300)}`}`
  if (status === 429) return { result: 'busy', reason, retryAfterSeconds: undefined }
  return { result: status >= 500 ? 'unreachable' : 'refused', reason }
}
