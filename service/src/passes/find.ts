import { Problem } from '@passwright/shared'
import type { ApiKey } from '../accounts/api-key.ts'
import type { Context } from '../context.ts'
import type { Db, Trx } from '../db/database.ts'
import type { PassRecord } from './pass.ts'
import { findPass, findPassByToken, findPassForUpdate } from './repository.ts'

/** The key's pass with this serial number; `not_found` for another owner's as for none. */
export async function getPass(
  ctx: Context,
  key: ApiKey,
  serialNumber: string,
): Promise<PassRecord> {
  const record = await findPass(ctx.db, key.id, { serialNumber })
  if (record) return record
  throw noSuchPass()
}

/**
 * The same, and nobody else changes it until this transaction ends. Whoever writes about a pass takes it
 * before everything else: who takes rows in one order never waits in a ring.
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
  throw noSuchPass()
}

/** A pass by its owner's id, for what is written down about it. */
export async function findPassBySerial(
  db: Db | Trx,
  keyId: string,
  serialNumber: string,
): Promise<PassRecord | undefined> {
  return findPass(db, keyId, { serialNumber })
}

/** The pass behind a share address, for whoever has it. */
export async function getPassByToken(ctx: Context, token: string): Promise<PassRecord> {
  const record = await findPassByToken(ctx.db, token)
  if (record) return record
  throw new Problem('not_found', 'There is no pass at this address; ask whoever gave it to you')
}

function noSuchPass(): Problem {
  return new Problem('not_found', 'There is no pass with this serial number')
}
