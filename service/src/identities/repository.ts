import { Plan, type PlanName } from '../accounts/plans.ts'
import type { Identity } from '../apple/certificates/identity.ts'
import type { Db, Trx } from '../db/database.ts'

/** Stores since when the Pass Type IDs are known; a renewed certificate does not make one younger. */
export async function savePassTypes(db: Db, identities: readonly Identity[]): Promise<void> {
  for (const { passTypeIdentifier, notBefore } of identities) {
    const since = notBefore.toISOString()
    await db
      .insertInto('pass_type')
      .values({ pass_type_identifier: passTypeIdentifier, since })
      .onConflict((conflict) =>
        conflict
          .column('pass_type_identifier')
          .doUpdateSet({ since })
          .where('pass_type.since', '>', since),
      )
      .execute()
  }
}

/** Reads since when each Pass Type ID is known. */
export async function findPassTypes(db: Db): Promise<Map<string, Date>> {
  const rows = await db.selectFrom('pass_type').selectAll().execute()
  return new Map(rows.map((row) => [row.pass_type_identifier, new Date(row.since)]))
}

/** A warning that a key gets once. */
export interface Warning {
  passTypeIdentifier: string
  expiresAt: string
  /** The number of days before that at which it is due. */
  days: number
}

/** Finds the active keys of these plans that have not had the warning. */
export async function findKeysToWarn(
  db: Db,
  plans: readonly PlanName[],
  { passTypeIdentifier, expiresAt, days }: Warning,
): Promise<{ id: string; plan: PlanName }[]> {
  const rows = await db
    .selectFrom('api_key')
    .select(['id', 'plan'])
    .where('plan', 'in', plans)
    .where('revoked_at', 'is', null)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('certificate_warning')
            .select('certificate_warning.days')
            .whereRef('certificate_warning.key_id', '=', 'api_key.id')
            .where('pass_type_identifier', '=', passTypeIdentifier)
            .where('expires_at', '=', expiresAt)
            .where('days', '<=', days),
        ),
      ),
    )
    .execute()
  return rows.map(({ id, plan }) => ({ id, plan: Plan.parse(plan) }))
}

/** Records that a key has had the warning; false if another process was first. */
export async function insertWarning(
  trx: Trx,
  keyId: string,
  { passTypeIdentifier, expiresAt, days }: Warning,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('certificate_warning')
    .values({
      key_id: keyId,
      pass_type_identifier: passTypeIdentifier,
      expires_at: expiresAt,
      days,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

/** Whether a key has a pass that is signed by this Pass Type ID and not deleted. */
export async function hasPasses(db: Db, keyId: string, passTypeIdentifier: string) {
  const row = await db
    .selectFrom('pass')
    .select('serial_number')
    .where('key_id', '=', keyId)
    .where('pass_type_identifier', '=', passTypeIdentifier)
    .where('deleted_at', 'is', null)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
