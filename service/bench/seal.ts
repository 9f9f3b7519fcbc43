/**
 * What sealing costs: our engine against the bare RSA signature, which nothing can beat, and
 * against passkit-generator 3.6.1. All in one run, in short slices by turns, per CPU second, so
 * that a busy machine bends all of them alike; the medians of the rounds are printed.
 *
 *     node service/bench/seal.ts [rounds]
 */
import { randomBytes, sign } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { PKPass } from 'passkit-generator'
import { ensureDevelopmentIdentity } from '../src/apple/certificates/development.ts'
import type { Identity } from '../src/apple/certificates/identity.ts'
import { loadIdentities } from '../src/apple/certificates/load.ts'
import { toPassFile } from '../src/apple/signing/archive.ts'
import { createSigner } from '../src/apple/signing/sign.ts'

interface Contender {
  name: string
  /** How many at a time, and how many in one slice. */
  inFlight: number
  slice: number
  run(serial: number): Promise<unknown>
}

const identity = await makeIdentity()
const sample = samplePass()
const images = ['icon', 'icon@2x', 'icon@3x', 'logo', 'logo@2x', 'logo@3x'].map((name, index) =>
  toPassFile(`${name}.png`, randomBytes([1600, 4200, 8000, 4800, 10000, 17000][index] ?? 0)),
)
const seal = createSigner({ signer: 'native' })
const signOnPool = promisify(sign)
const certificates = {
  signerCert: identity.certificate.toString(),
  signerKey: identity.key.export({ type: 'pkcs8', format: 'pem' }).toString(),
  wwdr: identity.chain[0]?.toString() ?? '',
}
const attributes = randomBytes(107)

const ours: Contender = {
  name: 'Passwright, native',
  inFlight: 32,
  slice: 600,
  run: (serial) => seal({ passJson: passJson(serial), files: images }, identity, new Date()),
}
const bare: Contender = {
  name: 'crypto.sign alone, on the pool',
  inFlight: 32,
  slice: 600,
  run: () => signOnPool('sha256', attributes, identity.key),
}
const bareSync: Contender = {
  name: 'crypto.sign alone, synchronous',
  inFlight: 1,
  slice: 600,
  run: async () => sign('sha256', attributes, identity.key),
}
const passkitGenerator: Contender = {
  name: 'passkit-generator 3.6.1',
  inFlight: 1,
  slice: 6,
  run: async (serial) => {
    const files = images.map(({ name, bytes }): [string, Buffer] => [name, Buffer.from(bytes)])
    const buffers = {
      ...Object.fromEntries(files),
      'pass.json': passJson(serial),
    }
    return new PKPass(buffers, certificates).getAsBuffer()
  },
}

const contenders = [ours, bare, bareSync, passkitGenerator]
const rounds = Number(process.argv[2] ?? 9)
const rates = new Map(contenders.map(({ name }) => [name, [] as number[]]))
for (const contender of contenders) await perCpuSecond({ ...contender, slice: 5 })
for (let round = 0; round < rounds; round++) {
  for (const contender of contenders) {
    rates.get(contender.name)?.push(await perCpuSecond(contender))
  }
}
report()

function report(): void {
  const size = JSON.stringify({
    kilobytes: Math.round(passSize() / 100) / 10,
    rounds,
  })
  console.info(`One pass with six images; ${size}, ${availableParallelism()} cores`)
  for (const { name } of contenders) {
    console.info(`${name.padEnd(32)} ${median(name).toFixed(1).padStart(8)} per CPU second`)
  }
  const ratio = (one: Contender, other: Contender) => median(one.name) / median(other.name)
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`
  console.info(`of crypto.sign on the pool:  ${percent(ratio(ours, bare))}`)
  console.info(`of crypto.sign synchronous:  ${percent(ratio(ours, bareSync))}`)
  console.info(`of passkit-generator 3.6.1:  x${ratio(ours, passkitGenerator).toFixed(1)}`)
}

async function perCpuSecond({ inFlight, slice, run }: Contender): Promise<number> {
  const before = process.cpuUsage()
  let serial = 0
  const work = async () => {
    while (serial < slice) await run(serial++)
  }
  await Promise.all(Array.from({ length: inFlight }, work))
  const { user, system } = process.cpuUsage(before)
  return slice / ((user + system) / 1_000_000)
}

function median(name: string): number {
  const sorted = (rates.get(name) ?? []).toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

function passSize(): number {
  return images.reduce((sum, { bytes }) => sum + bytes.length, passJson(0).length)
}

function passJson(serial: number): Buffer {
  return Buffer.from(JSON.stringify({ ...sample, serialNumber: `bench-${serial}` }))
}

function samplePass() {
  const fields = (kind: string) =>
    [1, 2, 3].map((index) => ({
      key: `${kind}${index}`,
      label: `Label ${index}`,
      value: `The value of ${kind} field number ${index}`,
    }))
  return {
    formatVersion: 1,
    passTypeIdentifier: identity.passTypeIdentifier,
    teamIdentifier: identity.teamIdentifier,
    organizationName: 'Example Ltd.',
    description: 'A ticket for an evening',
    backgroundColor: 'rgb(20, 30, 60)',
    foregroundColor: 'rgb(255, 255, 255)',
    barcodes: [
      {
        format: 'PKBarcodeFormatQR',
        message: 'E-4711',
        messageEncoding: 'iso-8859-1',
      },
    ],
    eventTicket: {
      primaryFields: fields('primary').slice(0, 1),
      secondaryFields: fields('secondary'),
      auxiliaryFields: fields('auxiliary'),
      backFields: fields('back'),
    },
  }
}

async function makeIdentity(): Promise<Identity> {
  const directory = await mkdtemp(join(tmpdir(), 'passwright-bench-'))
  try {
    await ensureDevelopmentIdentity(directory, new Date())
    const { identities } = await loadIdentities({ directory, now: new Date() })
    const [made] = identities
    if (made === undefined) throw new Error('The development identity did not load')
    return made
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
