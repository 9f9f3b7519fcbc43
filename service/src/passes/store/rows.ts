import { imageSlotNames, PassSpec, styles } from '@passwright/shared/schema'
import type { Selectable } from 'kysely'
import { z } from 'zod'
import type { Db, Trx } from '../../db/database.ts'
import type { Database } from '../../db/schema.ts'
import { findPassEmails } from '../../email/email.ts'
import { findNames } from '../../templates/store/versions.ts'
import { findFilling } from './filling.ts'
import type { PassRecord, PassSummary } from './pass.ts'

type PassRow = Selectable<Database['pass']>

/** The columns of a summary: all but those that grow with what a pass says. */
export const summaryColumns = [
  'serial_number',
  'token',
  'external_id',
  'former_external_id',
  'style',
  'title',
  'subtitle',
  'barcode_value',
  'expiration_date',
  'voided',
  'created_at',
  'updated_at',
  'deleted_at',
  'email_id',
  'installs',
  'template_id',
  'template_version',
] as const satisfies (keyof PassRow)[]

export type SummaryRow = Pick<PassRow, (typeof summaryColumns)[number]>

const Images = z.partialRecord(z.enum(imageSlotNames), z.array(z.string()))
const StoredStyle = z.enum(styles)

/** Converts rows to summaries, with their metadata and their last email. */
export async function toSummaries(db: Db | Trx, rows: SummaryRow[]): Promise<PassSummary[]> {
  const completed = await completeRows(db, rows)
  return completed.map(({ row, common }) => ({
    ...common,
    style: StoredStyle.parse(row.style),
    title: row.title,
    subtitle: row.subtitle,
    barcodeValue: row.barcode_value,
    expirationDate: row.expiration_date,
  }))
}

/** Converts a row to the whole pass, with its metadata and its last email. */
export async function toRecord(db: Db | Trx, passRow: PassRow): Promise<PassRecord | undefined> {
  const [completed] = await completeRows(db, [passRow])
  if (!completed) return undefined
  const {
    row,
    common: { template, ...common },
  } = completed
  return {
    ...common,
    keyId: row.key_id,
    passTypeIdentifier: row.pass_type_identifier,
    authenticationToken: row.authentication_token,
    spec: PassSpec.parse(JSON.parse(row.spec)),
    images: Images.parse(JSON.parse(row.images)),
    message: row.message,
    messageNumber: row.message_number,
    downloadedOn: row.downloaded_on,
    ...(template && { template: { ...template, ...(await findFilling(db, row.serial_number)) } }),
  }
}

/** What records and summaries have in common, with what other tables hold of it. */
async function completeRows<Row extends SummaryRow>(db: Db | Trx, rows: Row[]) {
  if (rows.length === 0) return []
  const pairs = await db
    .selectFrom('pass_metadata')
    .select(['serial_number', 'name', 'value'])
    .where(
      'serial_number',
      'in',
      rows.map((row) => row.serial_number),
    )
    .orderBy('name')
    .execute()
  const bySerial = Map.groupBy(pairs, (pair) => pair.serial_number)
  const emails = await findPassEmails(
    db,
    rows.flatMap(({ email_id }) => email_id ?? []),
  )
  const names = await findNames(
    db,
    rows.flatMap(({ template_id }) => template_id ?? []),
  )
  return rows.map((row) => {
    const { template_id: templateId, template_version: version } = row
    const name = names.get(templateId ?? '')
    const metadata = bySerial.get(row.serial_number) ?? []
    const common = {
      serialNumber: row.serial_number,
      token: row.token,
      externalId: row.external_id ?? row.former_external_id,
      metadata: Object.fromEntries(metadata.map(({ name, value }) => [name, value])),
      voided: row.voided === 1,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
      deletedAt: row.deleted_at,
      installs: row.installs,
      email: emails.get(row.email_id ?? ''),
      ...(templateId !== null &&
        version !== null &&
        name !== undefined && { template: { templateId, name, version } }),
    }
    return { row, common }
  })
}
