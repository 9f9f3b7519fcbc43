import { createHash } from 'node:crypto'
import type { Db } from '../db/database.ts'
import { toPlainMessage } from './log-message.ts'

/** What devices reported, by how often and when. */
export interface DeviceError {
  message: string
  count: number
  firstAt: string
  lastAt: string
}

/** Of more different errors, those that were reported longest ago are forgotten. */
const MAX_STORED = 200

/** Stores errors that a device reported; the same message again is counted. */
export async function storeDeviceErrors(
  db: Db,
  messages: readonly string[],
  now: Date,
): Promise<void> {
  const at = now.toISOString()
  const counts = Map.groupBy(messages.map(toPlainMessage), (message) => message)
  await db.transaction().execute(async (trx) => {
    for (const [message, { length: count }] of counts) {
      const id = createHash('sha256').update(message).digest('hex').slice(0, 32)
      await trx
        .insertInto('device_log')
        .values({ id, message, count, first_at: at, last_at: at })
        .onConflict((conflict) =>
          conflict.column('id').doUpdateSet((eb) => ({
            count: eb('device_log.count', '+', count),
            last_at: at,
          })),
        )
        .execute()
    }
    await trx
      .deleteFrom('device_log')
      .where('id', 'in', (eb) =>
        eb
          .selectFrom('device_log')
          .select('id')
          .orderBy('last_at', 'desc')
          .orderBy('id')
          .limit(1_000)
          .offset(MAX_STORED),
      )
      .execute()
  })
}

/** Lists what devices reported, the latest first. */
export async function listDeviceErrors(db: Db, limit: number): Promise<DeviceError[]> {
  return db
    .selectFrom('device_log')
    .select(['message', 'count', 'first_at as firstAt', 'last_at as lastAt'])
    .orderBy('last_at', 'desc')
    .orderBy('id')
    .limit(limit)
    .execute()
}
