import { createHash } from 'node:crypto'
import { Problem } from '@passwright/shared'
import { z } from 'zod'
import type { Context } from '../context.ts'
import type { Db, Trx } from '../db/database.ts'
import { isStatementTimeout } from '../db/failure.ts'
import { REPLY_RETENTION_MS } from '../db/retention.ts'
import { getPassFileAgain } from '../passes/content/render.ts'
import { findPassBySerial } from '../passes/store/find.ts'
import { toCanonicalJson } from '../text/json.ts'
import { type PassFilePlacement, passFilePlacements, type Reply } from './reply.ts'

/** A request with an `Idempotency-Key`: its key, and what makes a repeat the same request. */
export interface IdempotentRequest {
  keyId: string
  idempotencyKey: string
  fingerprint: string
  /** The pass in its path. */
  serialNumber?: string | undefined
}

/** SHA-256 of method, URL and JSON, whatever the order of keys in objects. */
export function fingerprintRequest(method: string, url: string, json: unknown): string {
  return createHash('sha256')
    .update(`${method} ${url}\n${toCanonicalJson(json)}`)
    .digest('hex')
}

/**
 * Performs an idempotent request once: a repeat gets the first reply, for 24 hours. Its pass file is not
 * stored but made again, to the same bytes unless the pass or its certificate has changed since. `perform` has to
 * call `onStore` with its result in its transaction, where the file may still be missing; when another request with the same key has
 * committed in the meantime, that transaction is rolled back and the other's reply returned. Without an
 * `Idempotency-Key` it just performs. Throws `idempotency_mismatch` when the key was used for another
 * request, `idempotency_in_progress` when the first request is still running.
 */
export async function replyOnce<Result>(
  ctx: Context,
  request: IdempotentRequest | undefined,
  toReply: (result: Result) => Reply,
  perform: (onStore: (trx: Trx, result: Result) => Promise<void>) => Promise<Result>,
): Promise<Reply> {
  const { db, now } = ctx
  if (!request) return toReply(await perform(async () => {}))
  const earlier = await findReply(db, request, now())
  if (earlier) return restoreReply(ctx, request, earlier)
  let reply: Reply | undefined
  try {
    const result = await perform((trx, stored) => {
      reply = toReply(stored)
      return insertReply(trx, request, reply, now())
    })
    const { passFile, ...rest } = toReply(result)
    return { ...(reply ?? rest), passFile }
  } catch (error) {
    if (error instanceof RepliedBefore) return restoreReply(ctx, request, error.reply)
    throw error
  }
}

/** Rolls the transaction of a repeat back. */
class RepliedBefore extends Error {
  readonly reply: RememberedReply

  constructor(reply: RememberedReply) {
    super('Another request with this Idempotency-Key was first')
    this.reply = reply
  }
}

/** A reply without its pass file. */
interface RememberedReply extends Omit<Reply, 'passFile'> {
  file: { serialNumber: string; placement: PassFilePlacement } | undefined
}

/** Completes a remembered reply with the file of its pass. */
async function restoreReply(
  ctx: Context,
  { keyId }: IdempotentRequest,
  { file, ...reply }: RememberedReply,
): Promise<Reply> {
  if (!file) return reply
  const record = await findPassBySerial(ctx.db, keyId, file.serialNumber)
  if (!record) throw new Error('The pass of a remembered reply is missing')
  const { file: content } = await getPassFileAgain(ctx, record)
  return { ...reply, passFile: { ...file, content } }
}

const Headers = z.record(z.string(), z.string())
const Placement = z.enum(passFilePlacements)

async function findReply(
  db: Db | Trx,
  { keyId, idempotencyKey, fingerprint }: IdempotentRequest,
  now: Date,
): Promise<RememberedReply | undefined> {
  const row = await db
    .selectFrom('idempotency')
    .selectAll()
    .where('key_id', '=', keyId)
    .where('idempotency_key', '=', idempotencyKey)
    .where('created_at', '>', toExpiry(now))
    .executeTakeFirst()
  if (!row) return undefined
  if (row.fingerprint !== fingerprint) {
    throw new Problem(
      'idempotency_mismatch',
      'This Idempotency-Key was used for another request; use a new key for a new request',
    )
  }
  const { status, body, file_serial: serialNumber, file_placement: placement } = row
  const file =
    serialNumber === null ? undefined : { serialNumber, placement: Placement.parse(placement) }
  return { status, headers: Headers.parse(JSON.parse(row.headers)), body, file }
}

/**
 * Inserts the reply, or throws the earlier one. On PostgreSQL, a second request with the same key waits
 * here until the first has committed; it gets `idempotency_in_progress` when that takes too long.
 */
async function insertReply(
  trx: Trx,
  request: IdempotentRequest,
  reply: Reply,
  now: Date,
): Promise<void> {
  const { keyId, idempotencyKey } = request
  await trx
    .deleteFrom('idempotency')
    .where('key_id', '=', keyId)
    .where('idempotency_key', '=', idempotencyKey)
    .where('created_at', '<=', toExpiry(now))
    .execute()
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('idempotency')
    .values({
      key_id: keyId,
      idempotency_key: idempotencyKey,
      fingerprint: request.fingerprint,
      status: reply.status,
      headers: JSON.stringify(reply.headers),
      body: reply.body,
      file_serial: reply.passFile?.serialNumber ?? null,
      file_placement: reply.passFile?.placement ?? null,
      serial_number: request.serialNumber ?? reply.passFile?.serialNumber ?? null,
      created_at: now.toISOString(),
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
    .catch((error: unknown) => {
      throw isStatementTimeout(error) ? createInProgress() : error
    })
  if (numInsertedOrUpdatedRows !== 0n) return
  const earlier = await findReply(trx, request, now)
  if (earlier) throw new RepliedBefore(earlier)
}

function createInProgress(): Problem {
  return new Problem(
    'idempotency_in_progress',
    'The first request with this Idempotency-Key is still running; repeat this one in a few seconds',
    { retryAfterSeconds: 2 },
  )
}

function toExpiry(now: Date): string {
  return new Date(now.getTime() - REPLY_RETENTION_MS).toISOString()
}
