import type { Job } from '../job.ts'
import type { DueGroup } from './due-groups.ts'

/** How many jobs of a queue run at once, and which of them. */
export interface ConcurrencyLimits {
  concurrency: number
  /** How many of one concurrency key; absent where jobs have no key. */
  perKey?: number | undefined
  /** Keys whose jobs keep failing: one job each, and half as many of an owner as of others. */
  failingKeys: readonly string[]
  /** When each owner got its last slot; `allocateSlots` adds to it. */
  lastServed: Map<string, string>
}

interface SlotRequest {
  running: readonly Job[]
  limit: number
  now: Date
}

/** How many due jobs of a group may be claimed. */
export interface SlotAllocation {
  group: DueGroup
  slots: number
}

/** An owner with due jobs. */
interface Owner {
  name: string
  /** Slots that it holds, and how many of them for failing keys. */
  held: number
  heldFailing: number
  groups: DueGroup[]
}

/**
 * Divides free slots among the owners of due jobs, by the same rule as `concurrency/limiter.ts`: an
 * owner holds at most as many slots as are still free, and the owner that was served longest ago is
 * next. Within an owner, failing keys come last, and then whatever is due longest comes first.
 */
export function allocateSlots(
  groups: readonly DueGroup[],
  { running, limit, now }: SlotRequest,
  { concurrency, perKey = Infinity, failingKeys, lastServed }: ConcurrencyLimits,
): SlotAllocation[] {
  const failing = new Set<string | null>(failingKeys)
  const heldByKey = countBy(running, ({ concurrencyKey }) => concurrencyKey)
  const slots = new Map<DueGroup, number>()
  let turns = findOwners()
  let free = concurrency - running.length
  for (let left = limit; left > 0; left -= 1) {
    const next = findNext()
    if (!next) break
    takeSlot(next)
  }
  forgetIdleOwners()
  return [...slots].map(([group, count]) => ({ group, slots: count }))

  function findOwners(): Owner[] {
    const held = countBy(running, ({ owner }) => owner)
    const heldFailing = countBy(
      running.filter(({ concurrencyKey }) => failing.has(concurrencyKey)),
      ({ owner }) => owner,
    )
    const owners = new Map<string, Owner>()
    for (const group of groups) {
      const name = group.owner
      const owner = owners.get(name) ?? {
        name,
        held: held.get(name) ?? 0,
        heldFailing: heldFailing.get(name) ?? 0,
        groups: [],
      }
      owner.groups.push(group)
      owners.set(name, owner)
    }
    // An owner that was not served since its job became due has waited from then on.
    const getTurn = ({ name, groups: [first] }: Owner) =>
      [lastServed.get(name) ?? '', first?.since ?? ''].toSorted().at(-1) ?? ''
    return [...owners.values()].toSorted((a, b) => compare(getTurn(a), getTurn(b)))
  }

  function findNext(): { owner: Owner; group: DueGroup } | undefined {
    for (const owner of turns) {
      if (owner.held >= free) continue
      const [group] = owner.groups
        .filter((one) => hasSlot(owner, one))
        .toSorted((a, b) => compare(toPlace(a), toPlace(b)))
      if (group) return { owner, group }
    }
    return undefined
  }

  function hasSlot({ heldFailing }: Owner, group: DueGroup): boolean {
    const held = (heldByKey.get(group.name) ?? 0) + (slots.get(group) ?? 0)
    return failing.has(group.name) ? held < 1 && heldFailing * 2 < free : held < perKey
  }

  /** Each group gets its first slot before any gets a second one. */
  function toPlace(group: DueGroup): number {
    return failing.has(group.name) ? Infinity : (slots.get(group) ?? 0)
  }

  function takeSlot({ owner, group }: { owner: Owner; group: DueGroup }): void {
    free -= 1
    owner.held += 1
    if (failing.has(group.name)) owner.heldFailing += 1
    slots.set(group, (slots.get(group) ?? 0) + 1)
    lastServed.set(owner.name, now.toISOString())
    turns = [...turns.filter((other) => other !== owner), owner]
  }

  function forgetIdleOwners(): void {
    const busy = new Set([...running, ...groups].map(({ owner }) => owner))
    for (const name of lastServed.keys()) if (!busy.has(name)) lastServed.delete(name)
  }
}

function countBy<T, K>(items: readonly T[], toKey: (item: T) => K): Map<K, number> {
  const counts = new Map<K, number>()
  for (const item of items) counts.set(toKey(item), (counts.get(toKey(item)) ?? 0) + 1)
  return counts
}

function compare<T extends string | number>(a: T, b: T): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
