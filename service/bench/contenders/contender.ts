/** Something that makes passes, or signatures, and whose speed is compared with that of others. */
export interface Contender {
  name: string
  /** How many it makes in one slice: less than a second's worth, so that the slices of all alternate. */
  slice: number
  start: () => Promise<Running>
}

export interface Running {
  /** Makes so many; returns the CPU time that they took, in seconds. */
  make: (count: number) => Promise<number>
  /** Makes a pass to be judged; absent where no pass is made. */
  makeSample?: () => Promise<Uint8Array>
  stop: () => Promise<void>
}

/**
 * How much CPU time each works before it is counted: V8 compiles what runs often, a little at a time, and
 * a service runs for months.
 */
const WARM_UP_SECONDS = 8

/** How many each contender made per CPU-second, in each round. */
export type Rates = ReadonlyMap<string, readonly number[]>

export interface InterleaveOptions {
  rounds: number
  /** The part of each slice that is made; below 1 to try the benchmark itself. */
  scale: number
  /** Throws when a pass is not good: what makes bad passes may be as fast as it likes. */
  judge: (name: string, pass: Uint8Array) => Promise<void>
}

/**
 * Starts all contenders, judges a pass of each, and lets them work in turns, one slice each in every
 * round: what else the machine does then slows all of them alike.
 */
export async function interleave(
  contenders: readonly Contender[],
  { rounds, scale, judge }: InterleaveOptions,
): Promise<Rates> {
  const started: { contender: Contender; running: Running }[] = []
  const rates = new Map<string, number[]>(contenders.map(({ name }) => [name, []]))
  try {
    for (const contender of contenders) {
      const running = await contender.start()
      started.push({ contender, running })
      const sample = await running.makeSample?.()
      if (sample) await judge(contender.name, sample)
    }
    const countSlice = ({ slice }: Contender) => Math.max(1, Math.round(slice * scale))
    for (const { contender, running } of started) {
      for (let seconds = 0; seconds < WARM_UP_SECONDS * scale; ) {
        seconds += await running.make(countSlice(contender))
      }
    }
    for (let round = 0; round < rounds; round += 1) {
      for (const { contender, running } of started) {
        const count = countSlice(contender)
        rates.get(contender.name)?.push(count / (await running.make(count)))
      }
    }
  } finally {
    await Promise.all(started.map(({ running }) => running.stop()))
  }
  return rates
}
