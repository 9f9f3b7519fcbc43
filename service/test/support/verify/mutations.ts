import type { PassKit } from './pass-kit.ts'

/** Pseudo-random whole numbers below a bound, the same for the same seed (mulberry32). */
export type Random = (below: number) => number

export function createRandom(seed: number): Random {
  let state = seed | 0
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

type Mutation = (bytes: Buffer, random: Random, others: readonly Buffer[]) => Buffer

const odd = [0, 1, 0x7f, 0x80, 0xff]
const longs = [0, 1, 0x7fffffff, 0x80000000, 0xffffffff]

/** The ways in which bytes are damaged. */
const mutations: readonly Mutation[] = [
  function flipBits(bytes, random) {
    const changed = Buffer.from(bytes)
    for (let count = 1 + random(8); count > 0; count -= 1) {
      const at = random(changed.length)
      changed[at] = (changed[at] ?? 0) ^ (1 << random(8))
    }
    return changed
  },
  function setBytes(bytes, random) {
    const changed = Buffer.from(bytes)
    for (let count = 1 + random(8); count > 0; count -= 1) {
      changed[random(changed.length)] = odd[random(odd.length)] ?? 0
    }
    return changed
  },
  function setLong(bytes, random) {
    const changed = Buffer.from(bytes)
    const at = random(Math.max(1, changed.length - 4))
    if (at + 4 <= changed.length) changed.writeUInt32LE(longs[random(longs.length)] ?? 0, at)
    return changed
  },
  function cut(bytes, random) {
    return bytes.subarray(0, random(bytes.length))
  },
  function cutOut(bytes, random) {
    const from = random(bytes.length)
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + 1 + random(200))])
  },
  function repeat(bytes, random) {
    const from = random(bytes.length)
    const part = bytes.subarray(from, from + 1 + random(500))
    return Buffer.concat([bytes.subarray(0, from), part, bytes.subarray(from)])
  },
  function splice(bytes, random, others) {
    const other = others[random(others.length)] ?? bytes
    return Buffer.concat([
      bytes.subarray(0, random(bytes.length)),
      other.subarray(random(other.length)),
    ])
  },
  function insert(bytes, random) {
    const at = random(bytes.length)
    const noise = Buffer.from(Array.from({ length: 1 + random(60) }, () => random(256)))
    return Buffer.concat([bytes.subarray(0, at), noise, bytes.subarray(at)])
  },
]

/**
 * Makes damaged passes: half of them have damaged bytes in the archive, the others in one file of an
 * archive that is whole again, so that what reads the files is reached.
 */
export function createDamagedPasses(kit: PassKit, seed: number): () => Buffer {
  const random = createRandom(seed)
  const sources = ['generic', 'eventTicket', 'boardingPass'].map((style) =>
    kit.files(kit.json(style)),
  )
  const passes = [
    ...sources.map((files) => kit.seal(files)),
    ...sources.map((files) => kit.seal(files, { zip: { isDeflated: true, isStreamed: true } })),
  ]
  // Signing takes longer than all else, so the damaged files keep the signature of the good ones.
  const whole = sources.map((files) => {
    const manifest = kit.manifest(files)
    return { ...files, 'manifest.json': manifest, signature: kit.sign(manifest) }
  })
  const mutate = (bytes: Buffer, others: readonly Buffer[]) => {
    let damaged = bytes
    for (let count = 1 + random(3); count > 0; count -= 1) {
      const mutation = mutations[random(mutations.length)]
      if (mutation && damaged.length > 0) damaged = mutation(damaged, random, others)
    }
    return damaged
  }
  return () => {
    if (random(2) === 0) return mutate(passes[random(passes.length)] ?? Buffer.alloc(0), passes)
    const files: Record<string, Buffer> = { ...whole[random(whole.length)] }
    const names = Object.keys(files)
    const name = names[random(names.length)] ?? ''
    const damaged = mutate(files[name] ?? Buffer.alloc(0), Object.values(files))
    const manifest = name === 'manifest.json' ? damaged : files['manifest.json']
    const signature = name === 'signature' ? damaged : files.signature
    const { 'manifest.json': _, signature: __, ...others } = { ...files, [name]: damaged }
    return kit.seal(others, {
      ...(manifest ? { manifest } : {}),
      ...(signature ? { signature } : {}),
    })
  }
}
