import { randomBytes, sign } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PKPass } from 'passkit-generator'
import type { Identity } from '../../src/apple/certificates/identity.ts'
import { toPassFile } from '../../src/apple/signing/archive.ts'
import { createSigner } from '../../src/apple/signing/sign.ts'
import { type ChunkedBytes, joinChunks } from '../../src/chunked-bytes.ts'
import type { Running } from './contender.ts'
import { measureOwnCpuSeconds } from './cpu-time.ts'
import { runMany } from './many-at-once.ts'
import {
  buildBarcode,
  buildPassJson,
  buildProperties,
  drawImages,
  largeImages,
  ticketFields,
  toPem,
  usualImages,
} from './ticket.ts'

/** The names of the engines, for the table of targets. */
export const engineNames = {
  raw: 'RSA-2048 signature alone (crypto.sign)',
  ours: 'Passwright, signing engine',
  oursLarge: 'Passwright, signing engine, 1.5 MB of images',
  passkitGenerator: 'passkit-generator 3.6.1, as documented',
  passkitGeneratorCached: 'passkit-generator 3.6.1, buffers cached',
  passJs: '@walletpass/pass-js 7.2.0',
} as const

/** As many as one owner has at a time in the service. */
const CONCURRENCY = 32

/** The engines by name: each is started in a process of its own, so that none pays for the memory of another. */
const engines: Record<string, (identity: Identity) => Promise<Running>> = {
  [engineNames.raw]: startRaw,
  [engineNames.ours]: (identity) => startOurs(identity, usualImages),
  [engineNames.oursLarge]: (identity) => startOurs(identity, largeImages),
  [engineNames.passkitGenerator]: startDocumented,
  [engineNames.passkitGeneratorCached]: startCached,
  [engineNames.passJs]: startPassJs,
}

/** Starts an engine in this process. */
export async function startEngine(name: string, identity: Identity): Promise<Running> {
  const start = engines[name]
  if (!start) throw new Error(`There is no engine called "${name}"`)
  return start(identity)
}

/** Runs an engine in this process. */
function runHere(
  makePass: (number: number) => Promise<Uint8Array | ChunkedBytes>,
  concurrency: number,
  stop = async () => {},
): Running {
  return {
    make: (count) => measureOwnCpuSeconds(() => runMany(count, concurrency, makePass)),
    makeSample: async () => {
      const pass = await makePass(0)
      return 'chunks' in pass ? joinChunks(pass) : pass
    },
    stop,
  }
}

/** The limit: of a pass, only the signature of its attributes, which are about so long. */
async function startRaw({ key }: Identity): Promise<Running> {
  const attributes = randomBytes(107)
  const signRaw = async () => void sign('sha256', attributes, key)
  return {
    make: (count) => measureOwnCpuSeconds(() => runMany(count, 1, signRaw)),
    stop: async () => {},
  }
}

async function startOurs(
  identity: Identity,
  sizes: Parameters<typeof drawImages>[0],
): Promise<Running> {
  const images = await drawImages(sizes)
  const files = Object.entries(images).map(([name, bytes]) => toPassFile(name, bytes))
  const signPass = createSigner({ signer: 'native' })
  const makePass = (number: number) => {
    const passJson = Buffer.from(JSON.stringify(buildPassJson(number, identity)))
    return signPass({ passJson, files }, identity, new Date(), 'bench')
  }
  return runHere(makePass, CONCURRENCY)
}

/** With the model in a folder, as its README shows. */
async function startDocumented(identity: Identity): Promise<Running> {
  const folder = await mkdtemp(join(tmpdir(), 'passwright-bench-'))
  const model = join(folder, 'ticket.pass')
  await mkdir(model)
  const images = Object.entries(await drawImages(usualImages))
  await Promise.all(images.map(([name, bytes]) => writeFile(join(model, name), bytes)))
  await writeFile(join(model, 'pass.json'), JSON.stringify(buildPassJson(0, identity)))
  const certificates = toPem(identity)
  const makePass = async (number: number) => {
    const { serialNumber } = buildProperties(number, identity)
    const pass = await PKPass.from({ model, certificates }, { serialNumber })
    pass.setBarcodes(buildBarcode(number))
    return pass.getAsBuffer()
  }
  return runHere(makePass, 1, () => rm(folder, { recursive: true }))
}

async function startCached(identity: Identity): Promise<Running> {
  const images = await drawImages(usualImages)
  const certificates = toPem(identity)
  const makePass = async (number: number) => {
    const passJson = Buffer.from(JSON.stringify(buildPassJson(number, identity)))
    return new PKPass({ ...images, 'pass.json': passJson }, certificates).getAsBuffer()
  }
  return runHere(makePass, 1)
}

async function startPassJs(identity: Identity): Promise<Running> {
  const { signerCert, signerKey, wwdr } = toPem(identity)
  // It reads its chain only from the environment, when it is imported.
  process.env.APPLE_WWDR_CERT_PEM = wwdr
  const { Template } = await import('@walletpass/pass-js')
  const template = new Template('eventTicket', {
    ...buildProperties(0, identity),
    eventTicket: ticketFields,
  })
  template.setCertificate(signerCert)
  template.setPrivateKey(signerKey)
  for (const [name, bytes] of Object.entries(await drawImages(usualImages))) {
    const image = template.images.parseFilename(name)
    if (image) await template.images.add(image.imageType, bytes, image.density)
  }
  const makePass = async (number: number) => {
    const { serialNumber } = buildProperties(number, identity)
    const pass = template.createPass({ serialNumber, barcodes: [buildBarcode(number)] })
    return pass.asBuffer()
  }
  return runHere(makePass, 1)
}
