import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Contender, Running } from './contender.ts'
import { engineNames } from './engines.ts'

/** How many each engine makes in a slice, by its name. */
const slices = {
  [engineNames.raw]: 600,
  [engineNames.ours]: 600,
  [engineNames.oursLarge]: 200,
  [engineNames.passkitGenerator]: 6,
  [engineNames.passkitGeneratorCached]: 6,
  [engineNames.passJs]: 100,
}

/** The engines without a service: what is measured is only the way from the fields to the file. */
export function createEngines(identities: string): Contender[] {
  return Object.entries(slices).map(([name, slice]) => ({
    name,
    slice,
    start: () => startProcess(name, identities, name !== engineNames.raw),
  }))
}

async function startProcess(
  name: string,
  identities: string,
  makesPasses: boolean,
): Promise<Running> {
  const file = fileURLToPath(new URL('engine-process.ts', import.meta.url))
  // Buffers are sent as they are.
  const child = fork(file, [name, identities], { serialization: 'advanced' })
  await once(child, 'message')
  return {
    make: async (count) => Number(await ask(child, count)),
    ...(makesPasses && { makeSample: async () => Buffer.from(await askForBytes(child)) }),
    async stop() {
      const exited = once(child, 'exit')
      child.send('stop')
      await exited
    },
  }
}

async function ask(child: ChildProcess, order: number | 'sample'): Promise<unknown> {
  const answered = once(child, 'message')
  child.send(order)
  const [answer] = await answered
  return answer
}

async function askForBytes(child: ChildProcess): Promise<Uint8Array> {
  const bytes = await ask(child, 'sample')
  if (bytes instanceof Uint8Array) return bytes
  throw new Error('An engine made no pass')
}
