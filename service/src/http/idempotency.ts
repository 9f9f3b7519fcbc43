import { createHash } from 'node:crypto'
import { Problem } from '@passwright/shared'
import { z } from 'zod'
import type { Db, Trx } from '../db/database.ts'
import { canonicalJson } from '../text/json.ts'

/** How long an answer is remembered. */
export const REPLY_RETENTION_MS = 24 * 60 * 60 * 1000

/** What a caller wants to happen once: the header's key, and what makes the request the same. */
export interface IdempotentRequest {
  keyId: string
  idempotencyKey: string
  fingerprint: string
}

/** An answer as it goes over the wire. */
export interface Reply {
  status: number
  headers: Record<string, string>
  body: Uint8Array
}

const Headers = z.record(z.string(), z.string())

/** SHA-256 over method, address and JSON; the order of keys in an object makes no difference. */
export function fingerprintRequest(method: string, address: string, json: unknown): string {
  return createHash('sha256')
    .update(`${method} ${address}\n${canonicalJson(json)}`)
    .digest('hex')
}

/** Gives the answer that was remembered for this wish; throws when the key stood for another. */
export async function findRememberedReply(
  db: Db | Trx,
  once: IdempotentRequest,
  now: Date,
): Promise<Reply | undefined> {
  const row = await db
    .selectFrom('idempotency')
    .selectAll()
    .where('key_id', '=', once.keyId)
    .where('idempotency_key', '=', once.idempotencyKey)
    .where('created_at', '>', new Date(now.getTime() - REPLY_RETENTION_MS).toISOString())
    .executeTakeFirst()
  if (!row) return undefined
  if (row.fingerprint !== once.fingerprint) {
    throw new Problem(
      'idempotency_mismatch',
      'This Idempotency-Key was used for another request; use a new key for a new request',
    )
  }
  return { status: row.status, headers: Headers.parse(JSON.parse(row.headers)), body: row.body }
}

/**
 * Remembers an answer in the transaction that makes it true. Gives the earlier answer instead when
 * another request with the same key was first: a second one waits here until the first has ended.
 */
export async function rememberReply(
  trx: Trx,
  once: IdempotentRequest,
  answer: Reply,
  now: Date,
): Promise<Reply | undefined> {
  await trx
    .deleteFrom('idempotency')
    .where('key_id', '=', once.keyId)
    .where('idempotency_key', '=', once.idempotencyKey)
    .where('created_at', '<=', new Date(now.getTime() - REPLY_RETENTION_MS).toISOString())
    .execute()
  const inserted = await trx
    .insertInto('idempotency')
    .values({
      key_id: once.keyId,
      idempotency_key: once.idempotencyKey,
      fingerprint: once.fingerprint,
      status: answer.status,
      headers: JSON.stringify(answer.headers),
      body: answer.body,
      created_at: now.toISOString(),
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return inserted.numInsertedOrUpdatedRows === 0n ? findRememberedReply(trx, once, now) : undefined
}
