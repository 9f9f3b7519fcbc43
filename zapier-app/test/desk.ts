import { randomUUID } from 'node:crypto'
import { eventually } from '../../service/test/support/eventually.ts'
import type { Meddling } from './front.ts'
import type { Workshop } from './workshop.ts'

export type Data = Record<string, unknown>

/** The least that a form fills in. */
export const basics = { title: 'Riverside Climbing Club', barcodeValue: 'MEMBER-1042' }

/** An ID that no other test uses. */
export const anId = (): string => `member-${randomUUID()}`
/** An address that no other test uses. */
export const anAddress = (): string => `${randomUUID()}@example.com`

/** The error that this ends with. */
export async function failing(work: Promise<unknown>): Promise<Error> {
  const error = await work.then(
    (answer) => new Error(`It went well: ${JSON.stringify(answer)}`),
    (reason: Error) => reason,
  )
  if (error.message.startsWith('It went well')) throw error
  return error
}

/** The words of an error, out of the JSON in which core wraps them. */
export function wordsOf({ message }: Error): Data {
  const words = message.split('\n\nConsole logs')[0] ?? ''
  return words.startsWith('{') ? JSON.parse(words) : { message: words }
}

/** How many rows the service's database has. */
export async function countOf(
  { service }: Workshop,
  table: 'pass' | 'email' | 'webhook',
): Promise<number> {
  return (await service.ctx.db.selectFrom(table).selectAll().execute()).length
}

/** What a pass says, as it is stored. */
export async function specOf({ service }: Workshop, serialNumber: unknown): Promise<Data> {
  const { spec } = await service.ctx.db
    .selectFrom('pass')
    .select('spec')
    .where('serial_number', '=', String(serialNumber))
    .executeTakeFirstOrThrow()
  return JSON.parse(spec)
}

/** Waits until no mail is on its way any more, and gives those that the mail server took for an address. */
export async function mailsTo({ service, mail }: Workshop, address: string) {
  await eventually(
    () => service.ctx.db.selectFrom('email').select('status').execute(),
    (all) => all.every(({ status }) => status !== 'queued'),
  )
  return mail.to(address)
}

/** Has the next such request meet this. */
export function meddleOnce(
  { front }: Workshop,
  method: string,
  path: RegExp,
  meddling: Meddling,
): void {
  let isDone = false
  front.meddle = (request) => {
    if (isDone || request.method !== method || !path.test(request.path)) return undefined
    isDone = true
    return meddling
  }
}
