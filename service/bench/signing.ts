/**
 * The cost of signing: our engine compared with the bare RSA signature, the upper limit, and with
 * passkit-generator 3.6.1. All in one run, in short alternating slices, per CPU second, so that
 * a busy machine affects all of them alike; prints the medians of the rounds.
 *
 *     npm run bench -- signing [rounds]
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
import { median } from './median.ts'

interface Contender {
  name: string
  concurrency: number
  /** How many in one slice. */
  slice: number
  run(serial: number): Promise<unknown>
}

const identity = await createIdentity()
const sample = buildPassJson()
const images = ['icon', 'icon@2x', 'icon@3x', 'logo', 'logo@2x', 'logo@3x'].map((name, index) =>
  toPassFile(`${name}.png`, randomBytes([1600, 4200, 8000, 4800, 10000, 17000][index] ?? 0)),
)
const signPass = createSigner({ signer: 'native' })
const signOnPool = promisify(sign)
const certificates = {
  signerCert: identity.certificate.toString(),
  signerKey: identity.key.export({ type: 'pkcs8', format: 'pem' }).toString(),
  wwdr: identity.chain[0]?.toString() ?? '',
}
const attributes = randomBytes(107)

const ours: Contender = {
  name: 'Passwright, native',
  concurrency: 32,
  slice: 600,
  run: (serial) =>
    signPass({ passJson: encodePassJson(serial), files: images }, identity, new Date(), 'bench'),
}
const bare: Contender = {
  name: 'crypto.sign alone, on the pool',
  concurrency: 32,
  slice: 600,
  run: () => signOnPool('sha256', attributes, identity.key),
}
const bareSync: Contender = {
  name: 'crypto.sign alone, synchronous',
  concurrency: 1,
  slice: 600,
  run: async () => sign('sha256', attributes, identity.key),
}
const passkitGenerator: Contender = {
  name: 'passkit-generator 3.6.1',
  concurrency: 1,
  slice: 6,
  run: async (serial) => {
    const files = images.map(({ name, bytes }): [string, Buffer] => [name, Buffer.from(bytes)])
    const buffers = {
      ...Object.fromEntries(files),
      'pass.json': encodePassJson(serial),
    }
    return new PKPass(buffers, certificates).getAsBuffer()
  },
}

const contenders = [ours, bare, bareSync, passkitGenerator]
const rounds = Number(process.argv[2] ?? 9)
const rates = new Map(contenders.map(({ name }) => [name, [] as number[]]))
for (const contender of contenders) await measurePerCpuSecond({ ...contender, slice: 5 })
for (let round = 0; round < rounds; round++) {
  for (const contender of contenders) {
    rates.get(contender.name)?.push(await measurePerCpuSecond(contender))
  }
}
report()

function report(): void {
  const size = JSON.stringify({
    kilobytes: Math.round(getPassSize() / 100) / 10,
    rounds,
  })
  console.info(`One pass with six images; ${size}, ${availableParallelism()} cores`)
  for (const { name } of contenders) {
    console.info(`${name.padEnd(32)} ${getMedianRate(name).toFixed(1).padStart(8)} per CPU second`)
  }
  const ratio = (one: Contender, other: Contender) =>
    getMedianRate(one.name) / getMedianRate(other.name)
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`
  console.info(`of crypto.sign on the pool:  ${percent(ratio(ours, bare))}`)
  console.info(`of crypto.sign synchronous:  ${percent(ratio(ours, bareSync))}`)
  console.info(`of passkit-generator 3.6.1:  x${ratio(ours, passkitGenerator).toFixed(1)}`)
}

async function measurePerCpuSecond({ concurrency, slice, run }: Contender): Promise<number> {
  const before = process.cpuUsage()
  let serial = 0
  const work = async () => {
    while (serial < slice) await run(serial++)
  }
  await Promise.all(Array.from({ length: concurrency }, work))
  const { user, system } = process.cpuUsage(before)
  return slice / ((user + system) / 1_000_000)
}

function getMedianRate(name: string): number {
  return median(rates.get(name) ?? [])
}

function getPassSize(): number {
  return images.reduce((sum, { bytes }) => sum + bytes.length, encodePassJson(0).length)
}

function encodePassJson(serial: number): Buffer {
  return Buffer.from(JSON.stringify({ ...sample, serialNumber: `bench-${serial}` }))
}

function buildPassJson() {
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

async function createIdentity(): Promise<Identity> {
  const directory = await mkdtemp(join(tmpdir(), 'passwright-bench-'))
  try {
    await ensureDevelopmentIdentity(directory, new Date())
    const { identities } = await loadIdentities({ directory, now: new Date() })
    const [created] = identities
    if (created === undefined) throw new Error('The development identity did not load')
    return created
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
