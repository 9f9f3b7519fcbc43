import { sql } from 'kysely'
import type { Db, Dialect, Trx } from '../db/database.ts'
import { createId } from '../db/ids.ts'
import type { Device, DeviceAddress } from './device.ts'

/** Stores a device, or the new push token of a known one; returns its id. */
export async function saveDevice(
  trx: Trx,
  { libraryIdentifier, passTypeIdentifier, pushToken }: DeviceAddress,
  now: Date,
): Promise<string> {
  const change = { push_token: pushToken, registered_at: now.toISOString() }
  const { id } = await trx
    .insertInto('device')
    .values({
      id: createId('dev'),
      library_identifier: libraryIdentifier,
      pass_type_identifier: passTypeIdentifier,
      ...change,
    })
    .onConflict((conflict) =>
      conflict.columns(['library_identifier', 'pass_type_identifier']).doUpdateSet(change),
    )
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** Finds a device by its own identifier. */
export async function findDeviceAt(
  db: Db | Trx,
  { libraryIdentifier, passTypeIdentifier }: Omit<DeviceAddress, 'pushToken'>,
): Promise<{ id: string; pushToken: string; pushJobId: string | null } | undefined> {
  return db
    .selectFrom('device')
    .select(['id', 'push_token as pushToken', 'push_job_id as pushJobId'])
    .where('library_identifier', '=', libraryIdentifier)
    .where('pass_type_identifier', '=', passTypeIdentifier)
    .executeTakeFirst()
}

/** Finds a device by its id. */
export async function findDevice(db: Db | Trx, id: string): Promise<Device | undefined> {
  return db
    .selectFrom('device')
    .select([
      'id',
      'pass_type_identifier as passTypeIdentifier',
      'push_token as pushToken',
      'registered_at as registeredAt',
      'push_job_id as pushJobId',
    ])
    .where('id', '=', id)
    .executeTakeFirst()
}

/** Whether a device follows a pass. */
export async function isRegistered(
  trx: Trx,
  deviceId: string,
  serialNumber: string,
): Promise<boolean> {
  const row = await trx
    .selectFrom('registration')
    .select('device_id')
    .where('device_id', '=', deviceId)
    .where('serial_number', '=', serialNumber)
    .executeTakeFirst()
  return row !== undefined
}

/** Counts the passes that a device follows. */
export async function countRegistrations(trx: Trx, deviceId: string): Promise<number> {
  const { count } = await trx
    .selectFrom('registration')
    .select((eb) => eb.fn.countAll<number | string>().as('count'))
    .where('device_id', '=', deviceId)
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** Counts the devices that follow these passes; one device counts for each of them. */
export async function countFollowers(db: Db, serialNumbers: readonly string[]): Promise<number> {
  if (serialNumbers.length === 0) return 0
  const { count } = await db
    .selectFrom('registration')
    .select((eb) => eb.fn.countAll<number | string>().as('count'))
    .where('serial_number', 'in', serialNumbers)
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** Lets a device follow a pass. */
export async function insertRegistration(
  trx: Trx,
  row: { deviceId: string; serialNumber: string; updateTag: number; now: Date },
): Promise<void> {
  await trx
    .insertInto('registration')
    .values({
      device_id: row.deviceId,
      serial_number: row.serialNumber,
      update_tag: row.updateTag,
      created_at: row.now.toISOString(),
    })
    .execute()
}

/** Ends that a device follows a pass; false when it did not. */
export async function deleteRegistration(
  trx: Trx,
  deviceId: string,
  serialNumber: string,
): Promise<boolean> {
  const { numDeletedRows } = await trx
    .deleteFrom('registration')
    .where('device_id', '=', deviceId)
    .where('serial_number', '=', serialNumber)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/** Lists the serial numbers of the passes that a device follows, sorted. */
export async function listFollowedPasses(db: Db | Trx, deviceId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('registration')
    .select('serial_number')
    .where('device_id', '=', deviceId)
    .orderBy('serial_number')
    .execute()
  return rows.map(({ serial_number }) => serial_number)
}

/** Locks a device until the transaction ends; undefined when it is gone. */
export async function lockDevice(
  trx: Trx,
  dialect: Dialect,
  id: string,
): Promise<Pick<Device, 'pushToken' | 'registeredAt'> | undefined> {
  return (
    trx
      .selectFrom('device')
      .select(['push_token as pushToken', 'registered_at as registeredAt'])
      .where('id', '=', id)
      // On SQLite, a transaction locks the whole database.
      .$if(dialect === 'postgres', (query) => query.forUpdate())
      .executeTakeFirst()
  )
}

/** Deletes a device that follows no pass any more. */
export async function deleteDeviceIfUnused(trx: Trx, id: string): Promise<void> {
  await trx
    .deleteFrom('device')
    .where('id', '=', id)
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

/** Locks the devices that follow these passes, in one order, so that two changes cannot deadlock. */
export async function lockDevicesOfPasses(
  trx: Trx,
  dialect: Dialect,
  serialNumbers: readonly string[],
): Promise<{ id: string; pushJobId: string | null }[]> {
  return trx
    .selectFrom('device')
    .innerJoin('registration', 'registration.device_id', 'device.id')
    .select(['device.id', 'device.push_job_id as pushJobId'])
    .where('registration.serial_number', 'in', serialNumbers)
    .orderBy('device.id')
    .$if(dialect === 'postgres', (query) => query.forUpdate('device'))
    .execute()
}

/** Few enough values for one statement. */
const BATCH_SIZE = 500

/** Stores the latest push job of each device. */
export async function setPushJobs(
  trx: Trx,
  jobs: readonly { deviceId: string; jobId: string }[],
): Promise<void> {
  for (let start = 0; start < jobs.length; start += BATCH_SIZE) {
    const rows = jobs
      .slice(start, start + BATCH_SIZE)
      .map(({ deviceId, jobId }) => sql`(${deviceId}, ${jobId})`)
    await sql`update device set push_job_id = latest.column2
      from (values ${sql.join(rows)}) as latest where device.id = latest.column1`.execute(trx)
  }
}

/** The passes of a device that have changed, or that it began to follow, after a tag. */
export async function findUpdatedPasses(
  db: Db,
  address: Omit<DeviceAddress, 'pushToken'>,
  after: number,
): Promise<{ serialNumber: string; updateTag: number }[]> {
  const rows = await db
    .selectFrom('device')
    .innerJoin('registration', 'registration.device_id', 'device.id')
    .innerJoin('pass', 'pass.serial_number', 'registration.serial_number')
    .select([
      'pass.serial_number as serialNumber',
      'pass.update_tag as passTag',
      'registration.update_tag as registrationTag',
    ])
    .where('device.library_identifier', '=', address.libraryIdentifier)
    .where('device.pass_type_identifier', '=', address.passTypeIdentifier)
    .where((eb) =>
      eb.or([eb('pass.update_tag', '>', after), eb('registration.update_tag', '>', after)]),
    )
    .orderBy('pass.serial_number')
    .execute()
  return rows.map(({ serialNumber, passTag, registrationTag }) => ({
    serialNumber,
    updateTag: Math.max(Number(passTag), Number(registrationTag)),
  }))
}
