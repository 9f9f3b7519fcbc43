import { Problem } from '@passwright/shared'
import type { ApiKey } from '../../accounts/api-key.ts'
import type { Context } from '../../context.ts'
import type { Db, Trx } from '../../db/database.ts'
import type { PassRecord } from './pass.ts'
import { findPass, findPassByToken, findPassForUpdate } from './repository.ts'

/** Returns the key's pass; throws `not_found` when there is none or it belongs to another key. */
export async function getPass(
  ctx: Context,
  key: ApiKey,
  serialNumber: string,
): Promise<PassRecord> {
  const record = await findPass(ctx.db, key.id, { serialNumber })
  if (record) return record
  throw createPassNotFound()
}

/**
 * Returns the key's pass and locks it until the transaction ends. A transaction that writes about a
 * pass locks it before anything else: with one order of locks there is no deadlock.
 */
export async function lockPass(
  trx: Trx,
  ctx: Context,
  key: ApiKey,
  serialNumber: string,
): Promise<PassRecord> {
  const { kind } = ctx.config.database
  const record = await findPassForUpdate(trx, kind, key.id, serialNumber)
  if (record) return record
  throw createPassNotFound()
}

/** Finds the pass that something stored, such as an email, belongs to. */
export async function findPassBySerial(
  db: Db | Trx,
  keyId: string,
  serialNumber: string,
): Promise<PassRecord | undefined> {
  return findPass(db, keyId, { serialNumber })
}

/** Returns the pass of a share URL; throws `not_found`. */
export async function getPassByToken(ctx: Context, token: string): Promise<PassRecord> {
  const record = await findPassByToken(ctx.db, token)
  if (record) return record
  throw new Problem('not_found', 'There is no pass at this address; ask the sender for a new link')
}

function createPassNotFound(): Problem {
  return new Problem('not_found', 'There is no pass with this serial number')
}
