// Shared code of the proof about statistics: they say what the events and the passes say.
import type { EventRecord, Stats } from '@passwright/shared'
import type { Caller } from './caller.ts'
import { assertEqual } from './client.ts'

type Wallet = { wallet?: string }

/** The counter of each event, as the documentation of the statistics describes it. */
const counters: Record<string, (event: EventRecord<Wallet>) => boolean> = {
  created: ({ type }) => type === 'pass.created',
  mailed: ({ type }) => type === 'email.sent',
  mailFailed: ({ type }) => type === 'email.failed',
  downloaded: ({ type }) => type === 'pass.downloaded',
  installedApple: ({ type, data }) => type === 'pass.installed' && getWallet(data) === 'apple',
  installedGoogle: ({ type, data }) => type === 'pass.installed' && getWallet(data) === 'google',
  removed: ({ type }) => type === 'pass.removed',
  voided: ({ type }) => type === 'pass.voided',
}

/** Compares the counts of every day with the events of that day. */
export async function compareCounts(
  what: string,
  { call }: Caller,
  events: readonly EventRecord<Wallet>[],
  templateId?: string,
): Promise<void> {
  const query = templateId === undefined ? '' : `?template=${templateId}`
  const { rows } = await call<Stats>('GET', `/api/stats${query}`)
  const own = events.filter(
    ({ data }) => templateId === undefined || getTemplateId(data) === templateId,
  )
  const sums: string[] = []
  for (const [counter, isCounted] of Object.entries(counters)) {
    let sum = 0
    for (const row of rows) {
      const count = Number(Object.entries(row).find(([column]) => column === counter)?.[1])
      const ofDay = own.filter((event) => event.timestamp.startsWith(row.from) && isCounted(event))
      assertEqual(`${what}: ${counter} on ${row.from}`, count, ofDay.length)
      sum += count
    }
    sums.push(`${sum} ${counter}`)
  }
  console.log(`  ${what}: ${sums.join(', ')}: as the events`)
}

/** Compares what `now` says with the passes. */
export async function compareLiving(
  { call }: Caller,
  events: readonly EventRecord[],
): Promise<void> {
  const { now } = await call<Stats>('GET', '/api/stats')
  const everInstalled = new Set(
    events
      .filter(({ type }) => type === 'pass.installed')
      .map(({ data }) => Object(data).serialNumber),
  )
  const living: { serialNumber: string; installs: number }[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: { passes: typeof living; nextCursor: string | null } = await call(
      'GET',
      `/api/passes?limit=100&voided=false&deleted=false${cursor && `&cursor=${cursor}`}`,
    )
    living.push(...page.passes)
    cursor = page.nextCursor
  }
  assertEqual('living', now.living, living.length)
  assertEqual('installed', now.installed, living.filter(({ installs }) => installs > 0).length)
  const never = living.filter(({ serialNumber }) => !everInstalled.has(serialNumber))
  assertEqual('never installed', now.neverInstalled, never.length)
  console.log(
    `  now: ${now.living} living, ${now.installed} installed, ${now.neverInstalled} never installed: as the passes`,
  )
}

/** All events, the oldest first. */
export async function listEvents({ call }: Caller): Promise<EventRecord<Wallet>[]> {
  const all: EventRecord<Wallet>[] = []
  for (;;) {
    const after = all.at(-1)?.id
    const query = after === undefined ? '' : `&after=${after}`
    const { events } = await call<{ events: EventRecord<Wallet>[] }>(
      'GET',
      `/api/events?limit=100${query}`,
    )
    if (events.length === 0) return all
    all.push(...events)
  }
}

function getWallet(data: object): unknown {
  return 'wallet' in data ? data.wallet : undefined
}

function getTemplateId(data: object): unknown {
  return 'template' in data && data.template ? Object(data.template).templateId : undefined
}
