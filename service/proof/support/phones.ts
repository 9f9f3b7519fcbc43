// Shared by the proofs about phones: a wallet full of phones that a fake of Apple's push service wakes.
import type { FakeApns } from '../../test/support/phones/fake-apns.ts'
import { createIphone, type Iphone, type WalletEntry } from '../../test/support/phones/iphone.ts'

/** Phones that ask for updates when they are woken, as real ones do. */
export interface Phones {
  add: (file: Uint8Array) => Promise<Iphone>
  /** Adds a pass to a phone that has others. */
  addTo: (phone: Iphone, file: Uint8Array) => Promise<void>
  remove: (phone: Iphone, serialNumber: string) => Promise<void>
  all: readonly Iphone[]
  /** The passes whose file a phone holds is not the one with this text. */
  countBehind: (isNewest: (entry: WalletEntry) => boolean) => number
  /** How often an update failed for good, after all retries. */
  failures: () => number
  /** How many phones ask at the moment. */
  busy: () => number
}

/** Creates phones against a service, which may be restarted meanwhile. */
export function createPhones(serviceUrl: string | (() => string), apns: FakeApns): Phones {
  const all: Iphone[] = []
  const byToken = new Map<string, Iphone>()
  const updating = new Map<Iphone, 'once' | 'again'>()
  let failures = 0

  const wake = async (phone: Iphone): Promise<void> => {
    if (updating.has(phone)) return void updating.set(phone, 'again')
    do {
      updating.set(phone, 'once')
      await phone.update().catch(() => {
        failures += 1
      })
    } while (updating.get(phone) === 'again')
    updating.delete(phone)
  }
  apns.onPush(({ token }) => {
    const phone = byToken.get(token)
    if (phone) void wake(phone)
  })
  const addTo = async (phone: Iphone, file: Uint8Array) => {
    const status = await phone.add(file)
    if (status !== 201 && status !== 200) throw new Error(`A phone could not register: ${status}`)
  }
  return {
    all,
    addTo,
    add: async (file) => {
      const phone = createIphone({ serviceUrl, retries: 60 })
      byToken.set(phone.pushToken, phone)
      all.push(phone)
      await addTo(phone, file)
      return phone
    },
    remove: async (phone, serialNumber) => {
      const status = await phone.remove(serialNumber)
      if (status !== 200) throw new Error(`A phone could not remove a pass: ${status}`)
    },
    countBehind: (isNewest) =>
      all.reduce(
        (sum, { wallet }) => sum + [...wallet.values()].filter((entry) => !isNewest(entry)).length,
        0,
      ),
    failures: () => failures,
    busy: () => updating.size,
  }
}

/** The value of the field behind the title, by which the proofs tell versions apart. */
export function readVersion({ passJson }: Pick<WalletEntry, 'passJson'>): number {
  return Number(
    /"key":"value"[^{}]*"value":"(\d+)"/.exec(JSON.stringify(passJson))?.[1] ?? Number.NaN,
  )
}

/** The share of these numbers, such as the median for 0.5. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}
