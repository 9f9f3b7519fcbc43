import { type EventRecord, Problem, toInvalidRequest } from '@passwright/shared'
import type { PersonExport } from '@passwright/shared/schema'
import { z } from 'zod'
import type { ApiKey } from '../accounts/api-key.ts'
import type { Context } from '../context.ts'
import { normalizeAddress } from '../email/address.ts'
import { listEmailsOfPass } from '../email/email.ts'
import { listEventsOfPass } from '../events/list.ts'
import { toPassBody } from '../passes/content/body.ts'
import { findPassBySerial } from '../passes/store/find.ts'
import { type PassRecord, toApiPass } from '../passes/store/pass.ts'
import { listDeliveriesOfEvents } from '../webhooks/deliveries.ts'
import { findPassesOfPerson } from './find.ts'

/** What is held of a person, or a page of it. */
type Export = Omit<PersonExport, 'events'> & { events: EventRecord[] }

const PAGE_SIZE = 20

/** A page ends early when it is larger: a pass may say two megabytes. */
const MAX_PAGE_LENGTH = 4_000_000

/** The latest of each kind for one pass: one that is adjusted every minute has many thousands. */
const MAX_ROWS = 1_000

/**
 * Exports a page of what an owner holds of a person: passes, and the emails, events and deliveries about
 * them. Throws `not_found` when there is nothing.
 */
export async function exportPerson(
  ctx: Context,
  { id: keyId }: ApiKey,
  { email, cursor }: { email: string; cursor?: string | undefined },
): Promise<Export> {
  const person = { keyId, address: normalizeAddress(email) }
  const after = cursor === undefined ? '' : decodeCursor(cursor)
  const { serialNumbers, next } = await findPassesOfPerson(ctx.db, person, {
    after,
    limit: PAGE_SIZE,
  })
  if (serialNumbers.length === 0 && next === undefined && cursor === undefined) {
    throw new Problem('not_found', 'Nothing is held of a person with this email address')
  }
  const page: Export = {
    email,
    passes: [],
    emails: [],
    events: [],
    deliveries: [],
    nextCursor: next === undefined ? null : encodeCursor(next),
  }
  let length = 0
  for (const [index, serialNumber] of serialNumbers.entries()) {
    const record = await findPassBySerial(ctx.db, keyId, serialNumber)
    const held = record && (await exportPass(ctx, record))
    if (!held) continue
    page.passes.push(held.pass)
    page.emails.push(...held.emails)
    page.events.push(...held.events)
    page.deliveries.push(...held.deliveries)
    length += JSON.stringify(held).length
    if (length > MAX_PAGE_LENGTH && index < serialNumbers.length - 1) {
      return { ...page, nextCursor: encodeCursor(serialNumber) }
    }
  }
  return page
}

async function exportPass(ctx: Context, record: PassRecord) {
  const { keyId, serialNumber, message } = record
  const pass = { ...toApiPass(record, ctx.config), pass: await toPassBody(ctx, record), message }
  const events = await listEventsOfPass(ctx.db, keyId, serialNumber, MAX_ROWS)
  const ids = events.map(({ id }) => id)
  return {
    pass,
    emails: await listEmailsOfPass(ctx.db, serialNumber, MAX_ROWS),
    events,
    deliveries: await listDeliveriesOfEvents(ctx.db, ids, MAX_ROWS),
  }
}

function encodeCursor(serialNumber: string): string {
  return Buffer.from(serialNumber).toString('base64url')
}

function decodeCursor(cursor: string): string {
  const serialNumber = z.uuid().safeParse(Buffer.from(cursor, 'base64url').toString())
  if (serialNumber.success) return serialNumber.data
  throw toInvalidRequest([{ path: 'cursor', message: 'must be the nextCursor of a page' }])
}
