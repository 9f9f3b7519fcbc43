import { z } from 'zod'
import type { JsonClient } from '../../net/json-client.ts'

/** A key that Google signs the keys of its callbacks with. */
export interface RootKey {
  /** SPKI in DER, base64. */
  keyValue: string
  /** Milliseconds since 1970. */
  expiresAt: number
}

/** The root keys; empty while they cannot be had. */
export type GetRootKeys = () => Promise<readonly RootKey[]>

const HOUR_MS = 3_600_000
const TIMEOUT_MS = 5_000

/** Between two requests for keys, whatever comes in: the address that asks for them is public. */
const MIN_INTERVAL_MS = 60_000

const PROTOCOL = 'ECv2SigningOnly'

const Keys = z.object({
  keys: z
    .array(
      z.object({
        keyValue: z.string().max(2_000),
        protocolVersion: z.string(),
        keyExpiration: z.coerce.number().catch(0),
      }),
    )
    .max(100),
})

/**
 * Creates the function that returns the root keys. They are fetched when they are needed for the first
 * time, and again an hour before the first of them expires: never because a signature was wrong.
 */
export function createRootKeys(
  url: string,
  { send }: Pick<JsonClient, 'send'>,
  now: () => Date,
): GetRootKeys {
  let keys: readonly RootKey[] = []
  let freshUntil = 0
  let lastAttempt = -Infinity
  let pending: Promise<void> | undefined

  const fetchKeys = async () => {
    lastAttempt = now().getTime()
    const sent = await send({ method: 'GET', url, timeoutMs: TIMEOUT_MS })
    const { data } = Keys.safeParse(sent.outcome === 'responded' ? sent.json : {})
    const found = (data?.keys ?? [])
      .filter(({ protocolVersion }) => protocolVersion === PROTOCOL)
      .map(({ keyValue, keyExpiration }) => ({ keyValue, expiresAt: keyExpiration }))
    if (found.length === 0) return
    keys = found
    freshUntil = Math.min(...found.map(({ expiresAt }) => expiresAt)) - HOUR_MS
  }

  return async () => {
    const at = now().getTime()
    const mayFetch = Math.abs(at - lastAttempt) >= MIN_INTERVAL_MS
    if (at >= freshUntil && mayFetch) {
      pending ??= fetchKeys().finally(() => {
        pending = undefined
      })
    }
    await pending
    return keys.filter(({ expiresAt }) => expiresAt > now().getTime())
  }
}
