import type { EventRecord, EventType } from '@passwright/shared'
import type { Selectable } from 'kysely'
import type { Database } from '../db/schema.ts'
import { drawRandomBytes } from '../random.ts'

/** Builds an event as `GET /api/events` lists it and webhooks send it. */
export function toEventRecord({
  id,
  type,
  created_at,
  data,
}: Pick<Selectable<Database['event']>, 'id' | 'type' | 'created_at' | 'data'>): EventRecord {
  return { id, type: type as EventType, timestamp: created_at, data: JSON.parse(data) }
}

const POSITION_LENGTH = 10

/**
 * Creates an event id: the event's position in base 36, so that ids sort by position and one serves
 * as a cursor even after its event was deleted; then 14 random hex digits.
 */
export function createEventId(position: number): string {
  const digits = position.toString(36).padStart(POSITION_LENGTH, '0')
  return `evt_${digits}${drawRandomBytes(7).toString('hex')}`
}

/** The largest value of an integer column: a position beyond it comes after every event. */
const MAX_POSITION = 2_147_483_647

/** Parses the position from an event id. */
export function parseEventPosition(id: string): number {
  const position = Number.parseInt(id.slice('evt_'.length, 'evt_'.length + POSITION_LENGTH), 36)
  return Math.min(position, MAX_POSITION)
}
