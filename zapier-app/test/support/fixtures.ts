import { randomUUID } from 'node:crypto'
import { waitFor } from '../../../service/test/support/environment/wait-for.ts'
import type { Fault } from './fault-proxy.ts'
import type { TestEnvironment } from './test-environment.ts'

export type Data = Record<string, unknown>

/** The input data of a minimal pass. */
export const samplePass = { title: 'Riverside Climbing Club', barcodeValue: 'MEMBER-1042' }

/** Creates an external ID that no other test uses. */
export const createExternalId = (): string => `member-${randomUUID()}`
/** Creates an email address that no other test uses. */
export const createEmailAddress = (): string => `${randomUUID()}@example.com`

/** Returns the error that a promise rejects with; throws if it resolves. */
export async function catchError(promise: Promise<unknown>): Promise<Error> {
  const error = await promise.then(
    (result) => new Error(`Expected an error, got ${JSON.stringify(result)}`),
    (reason: Error) => reason,
  )
  if (error.message.startsWith('Expected an error')) throw error
  return error
}

/** Parses the JSON in which core wraps the message of an error. */
export function parseError({ message }: Error): Data {
  const text = message.split('\n\nConsole logs')[0] ?? ''
  return text.startsWith('{') ? JSON.parse(text) : { message: text }
}

/** Counts the rows of a table in the database of the service. */
export async function countRows(
  { service }: TestEnvironment,
  table: 'pass' | 'email' | 'webhook',
): Promise<number> {
  return (await service.ctx.db.selectFrom(table).selectAll().execute()).length
}

/** Reads the stored request of a pass from the database of the service. */
export async function readSpec({ service }: TestEnvironment, serialNumber: unknown): Promise<Data> {
  const { spec } = await service.ctx.db
    .selectFrom('pass')
    .select('spec')
    .where('serial_number', '=', String(serialNumber))
    .executeTakeFirstOrThrow()
  return JSON.parse(spec)
}

/** Waits until no email is queued, and returns those that the SMTP server received for an address. */
export async function waitForMails({ service, smtp }: TestEnvironment, address: string) {
  await waitFor(
    () => service.ctx.db.selectFrom('email').select('status').execute(),
    (emails) => emails.every(({ status }) => status !== 'queued'),
  )
  return smtp.findMails(address)
}

/** Injects a fault into the next request with this method and path. */
export function injectFaultOnce(
  { proxy }: TestEnvironment,
  method: string,
  path: RegExp,
  fault: Fault,
): void {
  let isInjected = false
  proxy.chooseFault = (request) => {
    if (isInjected || request.method !== method || !path.test(request.path)) return undefined
    isInjected = true
    return fault
  }
}

/** Adds a pass to the wallet of a phone, or removes it, as the phone tells the service. */
export async function tellOfPhone(
  { service }: TestEnvironment,
  method: 'POST' | 'DELETE',
  serialNumber: unknown,
): Promise<void> {
  const row = await service.ctx.db
    .selectFrom('pass')
    .select(['pass_type_identifier', 'authentication_token'])
    .where('serial_number', '=', String(serialNumber))
    .executeTakeFirstOrThrow()
  const path = `/apple/v1/devices/phone/registrations/${row.pass_type_identifier}/${serialNumber}`
  const response = await service.fetch(path, {
    method,
    headers: { authorization: `ApplePass ${row.authentication_token}` },
    ...(method === 'POST' && { json: { pushToken: 'ab'.repeat(32) } }),
  })
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`)
}
