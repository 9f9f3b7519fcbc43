// For the soak: phones and passes, and what happens to them at random.
import { setTimeout as wait } from 'node:timers/promises'
import type { Iphone } from '../../test/support/phones/iphone.ts'
import type { Caller } from './caller.ts'
import type { Phones } from './phones.ts'

/** Phones with passes, and what is known of them outside of the service. */
export interface World {
  caller: Caller
  phones: Phones
  /** The points that each pass was given, by serial number. */
  points: Map<string, number>
}

/** How often each of these happens at once. */
const CONCURRENCY = { change: 4, install: 2, remove: 2 }
const PAUSE_MS = 100

/** How often it happened. */
export type Counts = Record<keyof typeof CONCURRENCY, number>

/** Makes the passes, and gives each phone one or two of them. */
export async function createWorld({
  phoneCount,
  passCount,
  ...parts
}: Omit<World, 'points'> & { phoneCount: number; passCount: number }): Promise<World> {
  const world = { ...parts, points: new Map<string, number>() }
  const { caller, phones, points } = world
  await inParallel(Array.from({ length: passCount }), async () => {
    const { serialNumber } = await caller.call<{ serialNumber: string }>('POST', '/api/passes', {
      title: 'Club',
      value: '0',
      secondaryFields: [{ key: 'points', label: 'Points', value: 0 }],
    })
    points.set(serialNumber, 0)
  })
  await inParallel(Array.from({ length: phoneCount }), async () => {
    const phone = await phones.add(await caller.download(pickPass(world)))
    if (Math.random() < 0.5) await install(world, phone)
  })
  return world
}

/** Lets all of it happen until `isRunning` says no; returns how often it did. */
export async function startLoads(world: World, isRunning: () => boolean): Promise<Counts> {
  const counts: Counts = { change: 0, install: 0, remove: 0 }
  const busy = new Set<Iphone>()
  // A person does one thing at a time.
  const withPhone = async (act: (world: World, phone: Iphone) => Promise<boolean>) => {
    const phone = pick(world.phones.all)
    if (busy.has(phone)) return false
    busy.add(phone)
    return act(world, phone).finally(() => busy.delete(phone))
  }
  const run = async (kind: keyof Counts, once: () => Promise<boolean>) => {
    const loop = async () => {
      for (; isRunning(); await wait(PAUSE_MS * 2 * Math.random())) {
        if (await once()) counts[kind] += 1
      }
    }
    await Promise.all(Array.from({ length: CONCURRENCY[kind] }, loop))
  }
  await Promise.all([
    run('change', () => change(world)),
    run('install', () => withPhone(install)),
    run('remove', () => withPhone(remove)),
  ])
  return counts
}

async function change(world: World): Promise<boolean> {
  const serialNumber = pickPass(world)
  const path = `/api/passes/${serialNumber}`
  const send = (method: string, to: string, body?: unknown) => world.caller.call(method, to, body)
  const points = (world.points.get(serialNumber) ?? 0) + 1
  const changes = [
    () => send('PATCH', path, { value: String(Math.random()) }),
    () => send('PATCH', path, { label: `Label ${Math.random()}` }),
    () => send('POST', `${path}/message`, { message: 'Your table is ready' }),
    () => send('POST', `${path}/${pick(['void', 'unvoid'])}`),
    () => {
      world.points.set(serialNumber, points)
      return send('POST', `${path}/adjust`, { field: 'points', by: 1, reference: `R${points}` })
    },
  ]
  await pick(changes)()
  return true
}

async function install({ caller, phones, points }: World, phone: Iphone): Promise<boolean> {
  const serialNumber = pickPass({ points })
  if (phone.wallet.has(serialNumber)) return false
  await phones.addTo(phone, await caller.download(serialNumber))
  return true
}

async function remove({ phones }: World, phone: Iphone): Promise<boolean> {
  const [serialNumber] = phone.wallet.keys()
  if (serialNumber === undefined) return false
  await phones.remove(phone, serialNumber)
  return true
}

/** Runs work for each of the items, some at a time. */
export async function inParallel<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const iterator = items.values()
  const runNext = async () => {
    for (const item of iterator) await work(item)
  }
  await Promise.all(Array.from({ length: 16 }, runNext))
}

function pickPass({ points }: Pick<World, 'points'>): string {
  return pick([...points.keys()])
}

function pick<Item>(items: readonly Item[]): Item {
  const item = items[Math.floor(Math.random() * items.length)]
  if (item === undefined) throw new Error('There is nothing to pick from')
  return item
}
