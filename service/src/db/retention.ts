import { sql } from 'kysely'
import type { Db, Trx } from './database.ts'
import { deleteFromSearch } from './delete-from-search.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** How long the reply to a request with an `Idempotency-Key` is remembered. */
export const REPLY_RETENTION_MS = DAY_MS

/** How long a row is kept after the time in that column. Tables that are not listed keep their rows. */
const retention = [
  { table: 'idempotency', column: 'created_at', ms: REPLY_RETENTION_MS },
  { table: 'event', column: 'created_at', ms: 30 * DAY_MS },
  { table: 'delivery', column: 'created_at', ms: 30 * DAY_MS },
  { table: 'job', column: 'finished_at', ms: 30 * DAY_MS },
  { table: 'certificate_warning', column: 'expires_at', ms: 30 * DAY_MS },
  { table: 'google_message', column: 'created_at', ms: 30 * DAY_MS },
  { table: 'google_nonce', column: 'received_at', ms: 30 * DAY_MS },
] as const

/** How long what a deleted pass said is kept. The pass itself stays, so that its link says that it was deleted. */
const DELETED_PASS_RETENTION_MS = 30 * DAY_MS

/** How long an image is kept that no pass uses any more. */
export const UNUSED_IMAGE_RETENTION_MS = 7 * DAY_MS

/** Few enough that no other transaction waits noticeably. */
const BATCH_SIZE = 500

/** Deletes everything that is older than its retention, in batches with a transaction each. */
export async function deleteExpiredData(db: Db, now: Date): Promise<void> {
  await deleteExpiredRows(db, now)
  await clearDeletedPasses(db, now)
  await deleteUnusedImages(db, now)
}

async function deleteExpiredRows(db: Db, now: Date): Promise<void> {
  for (const { table, column, ms } of retention) {
    const before = new Date(now.getTime() - ms).toISOString()
    for (;;) {
      const last = await findBatchEnd(db, table, column, before)
      if (last === undefined) break
      await db
        .transaction()
        .execute((trx) =>
          sql`delete from ${sql.table(table)} where ${sql.ref(column)} <= ${last}`.execute(trx),
        )
    }
  }
}

/** Finds the time of the last row of the oldest batch; undefined when there is nothing to delete. */
async function findBatchEnd(
  db: Db,
  table: string,
  column: string,
  before: string,
): Promise<string | undefined> {
  const { rows } = await sql<{ at: string }>`
    select ${sql.ref(column)} as at from ${sql.table(table)}
    where ${sql.ref(column)} <= ${before}
    order by ${sql.ref(column)} limit ${BATCH_SIZE}`.execute(db)
  return rows.at(-1)?.at
}

/** Clears what long deleted passes said, to whom they were sent and what they are found by. */
async function clearDeletedPasses(db: Db, now: Date): Promise<void> {
  const before = new Date(now.getTime() - DELETED_PASS_RETENTION_MS).toISOString()
  for (;;) {
    const rows = await db
      .selectFrom('pass')
      .select('serial_number')
      .where('deleted_at', '<=', before)
      .where('cleared_at', 'is', null)
      .orderBy('deleted_at')
      .limit(BATCH_SIZE)
      .execute()
    if (rows.length === 0) return
    const serials = rows.map(({ serial_number }) => serial_number)
    await db.transaction().execute((trx) => clearPasses(trx, serials, now))
  }
}

/** What is stored of a pass besides its own row. */
const tablesOfPass = [
  'pass_metadata',
  'pass_image',
  'email',
  'registration',
  'adjustment',
  'pass_filling',
  'google_message',
] as const

async function clearPasses(trx: Trx, serials: string[], now: Date): Promise<void> {
  const cleared = {
    title: '',
    subtitle: null,
    barcode_value: null,
    former_external_id: null,
    email_id: null,
    message: null,
    installs: 0,
  }
  const devices = await trx
    .selectFrom('registration')
    .select('device_id')
    .distinct()
    .where('serial_number', 'in', serials)
    .execute()
  await trx
    .updateTable('pass')
    .set({ ...cleared, spec: '{}', images: '{}', cleared_at: now.toISOString() })
    .where('serial_number', 'in', serials)
    .execute()
  for (const table of tablesOfPass) {
    await sql`delete from ${sql.table(table)} where serial_number in (${sql.join(serials)})`.execute(
      trx,
    )
  }
  await deleteFromSearch(trx, serials)
  await deleteUnusedDevices(
    trx,
    devices.map(({ device_id }) => device_id),
  )
}

/** Deletes those of these devices that follow no pass any more. */
async function deleteUnusedDevices(trx: Trx, ids: string[]): Promise<void> {
  for (let start = 0; start < ids.length; start += BATCH_SIZE) {
    await trx
      .deleteFrom('device')
      .where('id', 'in', ids.slice(start, start + BATCH_SIZE))
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('registration')
              .select('registration.device_id')
              .whereRef('registration.device_id', '=', 'device.id'),
          ),
        ),
      )
      .execute()
  }
}

async function deleteUnusedImages(db: Db, now: Date): Promise<void> {
  const before = new Date(now.getTime() - UNUSED_IMAGE_RETENTION_MS).toISOString()
  for (let after = ''; ; ) {
    const rows = await db
      .selectFrom('image')
      .select('hash')
      .where('used_at', '<=', before)
      .where('hash', '>', after)
      .orderBy('hash')
      .limit(BATCH_SIZE)
      .execute()
    const last = rows.at(-1)
    if (!last) return
    const hashes = rows.map(({ hash }) => hash)
    await db.transaction().execute(async (trx) => {
      await trx
        .deleteFrom('image')
        .where('hash', 'in', hashes)
        // Checked again: a pass that begins to use it in the meantime has moved it.
        .where('used_at', '<=', before)
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('pass_image')
                .select('pass_image.hash')
                .whereRef('pass_image.hash', '=', 'image.hash'),
            ),
          ),
        )
        .execute()
      await trx
        .deleteFrom('google_image')
        .where('hash', 'in', hashes)
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('image')
                .select('image.hash')
                .whereRef('image.hash', '=', 'google_image.hash'),
            ),
          ),
        )
        .execute()
    })
    after = last.hash
  }
}
