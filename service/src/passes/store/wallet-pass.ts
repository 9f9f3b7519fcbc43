import type { Context } from '../../context.ts'
import type { Db, Dialect, Trx } from '../../db/database.ts'

/** What the web service needs to know of a pass before it reads what the pass says. */
export interface WalletPass {
  serialNumber: string
  passTypeIdentifier: string
  keyId: string
  authenticationToken: string
  createdAt: string
  updatedAt: string
  /** Its `Last-Modified`: whole seconds, and another one after each change. */
  lastModified: Date
  installs: number
  /** What it said is removed from the database. */
  isCleared: boolean
}

/** Finds the pass that a phone names. */
export async function findWalletPass(
  db: Db,
  { passTypeIdentifier, serialNumber }: Pick<WalletPass, 'passTypeIdentifier' | 'serialNumber'>,
): Promise<WalletPass | undefined> {
  const row = await selectWalletPass(db, serialNumber).executeTakeFirst()
  return row?.pass_type_identifier === passTypeIdentifier ? toWalletPass(row) : undefined
}

/** Finds a pass and locks its row until the transaction ends. */
export async function lockWalletPass(
  trx: Trx,
  { config }: Pick<Context, 'config'>,
  serialNumber: string,
): Promise<WalletPass | undefined> {
  const dialect: Dialect = config.database.kind
  const row = await selectWalletPass(trx, serialNumber)
    // On SQLite, a transaction locks the whole database.
    .$if(dialect === 'postgres', (query) => query.forUpdate())
    .executeTakeFirst()
  return row && toWalletPass(row)
}

type WalletRow = NonNullable<
  Awaited<ReturnType<ReturnType<typeof selectWalletPass>['executeTakeFirst']>>
>

function selectWalletPass(db: Db | Trx, serialNumber: string) {
  return db
    .selectFrom('pass')
    .select([
      'serial_number',
      'pass_type_identifier',
      'key_id',
      'authentication_token',
      'created_at',
      'updated_at',
      'modified_at',
      'installs',
      'cleared_at',
    ])
    .where('serial_number', '=', serialNumber)
}

function toWalletPass(row: WalletRow): WalletPass {
  const modifiedAt = Number(row.modified_at) || Math.floor(Date.parse(row.updated_at) / 1000)
  return {
    serialNumber: row.serial_number,
    passTypeIdentifier: row.pass_type_identifier,
    keyId: row.key_id,
    authenticationToken: row.authentication_token,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    lastModified: new Date(modifiedAt * 1000),
    installs: row.installs,
    isCleared: row.cleared_at !== null,
  }
}
