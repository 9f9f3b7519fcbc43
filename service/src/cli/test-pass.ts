import { ensureOwner } from '../accounts/api-keys.ts'
import type { Context } from '../context.ts'
import { issuePass } from '../passes/create.ts'
import { findPassBySerial } from '../passes/find.ts'
import type { PassRecord } from '../passes/pass.ts'

/** Makes the pass that `passwright mail test` sends, or brings it up to date: a real one, with a page. */
export async function issueTestPass(ctx: Context): Promise<PassRecord> {
  const now = ctx.now()
  const id = 'key_mail_test'
  const owner = await ensureOwner(ctx.db, { id, name: 'Mail test', plan: 'unlimited', now })
  let serialNumber = ''
  await issuePass(ctx, owner, {
    request: {
      externalId: 'mail-test',
      title: 'Passwright',
      label: 'Mail test',
      value: 'It works',
      barcodeValue: 'PASSWRIGHT-MAIL-TEST',
      barcodeFormat: 'QR',
    },
    ifMatch: undefined,
    once: undefined,
    answer: ({ record }) => {
      serialNumber = record.serialNumber
      return { status: 200, headers: {}, body: new Uint8Array() }
    },
  })
  const record = await findPassBySerial(ctx.db, owner.id, serialNumber)
  if (!record) throw new Error('The pass for the mail test was not stored')
  return record
}
