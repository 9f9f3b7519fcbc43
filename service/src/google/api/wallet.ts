import { createJsonClient } from '../../net/json-client.ts'
import { createRootKeys, type GetRootKeys } from '../callback/root-keys.ts'
import { createAccessTokens } from './access-token.ts'
import type { TakeTurn } from './pace.ts'
import { type GoogleResult, parseGoogleResponse } from './response.ts'
import { type GoogleSettings, getRootKeysUrl } from './settings.ts'

export interface GoogleRequest {
  method: 'GET' | 'POST' | 'PATCH'
  /** Below `/walletobjects/v1/`. */
  path: string
  body?: unknown
}

/** Who waits: a person before a page, or a job. */
export type Patience = 'person' | 'job'

/** Google's Wallet API: the only door to it. */
export interface GoogleWallet {
  call: (request: GoogleRequest, patience: Patience) => Promise<GoogleResult>
  /** The keys that callbacks are signed with. */
  getRootKeys: GetRootKeys
  close: () => Promise<void>
}

const limitsByPatience = {
  person: { maxWaitMs: 2_000, timeoutMs: 5_000 },
  job: { maxWaitMs: 20_000, timeoutMs: 10_000 },
} as const satisfies Record<Patience, unknown>

/** Creates the door. Every request waits for its turn, which all instances share. */
export function createGoogleWallet(
  settings: GoogleSettings,
  now: () => Date,
  takeTurn: TakeTurn,
): GoogleWallet {
  const { credentials, url } = settings
  const http = createJsonClient()
  const tokens = createAccessTokens(credentials, http, now)

  const send = async ({ method, path, body }: GoogleRequest, token: string, patience: Patience) => {
    const { maxWaitMs, timeoutMs } = limitsByPatience[patience]
    if (!(await takeTurn(maxWaitMs))) {
      const reason = 'Too many requests to Google Wallet wait'
      return { result: 'busy', reason, retryAfterSeconds: 5 } as const
    }
    const sent = await http.send({
      method,
      url: `${url}/walletobjects/v1/${path}`,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      timeoutMs,
    })
    return parseGoogleResponse(sent)
  }

  return {
    call: async (request, patience) => {
      const first = await tokens.get()
      if (first.result !== 'ok') return first
      const sent = await send(request, first.token, patience)
      if (sent.result !== 'unauthorized') return sent
      // It may have been revoked before its time; another one is asked for once.
      tokens.forget(first.token)
      const second = await tokens.get()
      if (second.result !== 'ok') return second
      const again = await send(request, second.token, patience)
      return again.result === 'unauthorized' ? { ...again, result: 'refused' } : again
    },
    getRootKeys: createRootKeys(getRootKeysUrl(settings), http, now),
    close: http.close,
  }
}
