import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { ensureDevelopmentIdentity } from '../../src/apple/certificates/folder/development.ts'
import { loadIdentities } from '../../src/apple/certificates/folder/load.ts'
import type { Identity } from '../../src/apple/certificates/identity.ts'

/** The ticket for an evening that all contenders make: as a request to us, and as the keys of pass.json. */
const fields = {
  primaryFields: [{ key: 'event', label: 'Event', value: 'An evening of songs' }],
  secondaryFields: [
    { key: 'seat', label: 'Seat', value: 'Row 7, seat 12' },
    { key: 'door', label: 'Door', value: 'East' },
  ],
  auxiliaryFields: [{ key: 'name', label: 'Name', value: 'Ada Example' }],
  backFields: [{ key: 'terms', label: 'Terms', value: 'Show this ticket at the door.' }],
}

export function buildRequest(number: number) {
  return {
    title: 'Riverside Hall',
    description: 'A ticket for an evening',
    organizationName: 'Riverside Hall',
    style: 'eventTicket',
    barcodeFormat: 'QR',
    barcodeValue: `E-${number}`,
    ...fields,
  }
}

/** The properties of the pass, besides its style and fields, as Apple names them. */
export function buildProperties(number: number, identity: Identity) {
  return {
    formatVersion: 1 as const,
    serialNumber: `bench-${number}`,
    passTypeIdentifier: identity.passTypeIdentifier,
    teamIdentifier: identity.teamIdentifier,
    organizationName: 'Riverside Hall',
    description: 'A ticket for an evening',
    logoText: 'Riverside Hall',
    backgroundColor: 'rgb(20, 30, 60)',
    foregroundColor: 'rgb(255, 255, 255)',
  }
}

export function buildBarcode(number: number) {
  return {
    format: 'PKBarcodeFormatQR' as const,
    message: `E-${number}`,
    messageEncoding: 'iso-8859-1',
  }
}

export function buildPassJson(number: number, identity: Identity) {
  return {
    ...buildProperties(number, identity),
    barcodes: [buildBarcode(number)],
    eventTicket: fields,
  }
}

export const ticketFields = fields

/** Images that PNG compresses badly, like photographs, by file name: the same in every run. */
export async function drawImages(
  sizes: Readonly<Record<string, readonly [width: number, height: number]>>,
): Promise<Record<string, Buffer>> {
  const drawn = Object.entries(sizes).map(async ([name, [width, height]]) => {
    const pixels = Buffer.alloc(width * height * 3)
    // A linear congruential generator (Numerical Recipes).
    let state = width
    for (let index = 0; index < pixels.length; index += 1) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      pixels[index] = state >>> 24
    }
    const image = sharp(pixels, { raw: { width, height, channels: 3 } })
    return [name, await image.png().toBuffer()] as const
  })
  return Object.fromEntries(await Promise.all(drawn))
}

/** 43 KB, as a usual pass has them. */
export const usualImages = {
  'icon.png': [29, 29],
  'icon@2x.png': [58, 58],
  'icon@3x.png': [87, 87],
  'logo.png': [30, 16],
  'logo@2x.png': [60, 32],
} as const

/** 1.5 MB. */
export const largeImages = {
  ...usualImages,
  'strip.png': [375, 98],
  'strip@2x.png': [750, 196],
  'strip@3x.png': [1125, 294],
} as const

/** A signing identity, in a folder that a service can share. */
export interface BenchIdentity {
  identity: Identity
  folder: string
  remove: () => Promise<void>
}

export async function createIdentity(): Promise<BenchIdentity> {
  const folder = await mkdtemp(join(tmpdir(), 'passwright-bench-'))
  await ensureDevelopmentIdentity(folder, new Date())
  const { identities } = await loadIdentities({ directory: folder, now: new Date() })
  const [identity] = identities
  if (identity === undefined) throw new Error('The development identity did not load')
  return { identity, folder, remove: () => rm(folder, { recursive: true, force: true }) }
}

/** The identity as PEM, as other libraries take it. */
export function toPem({ certificate, key, chain }: Identity) {
  return {
    signerCert: certificate.toString(),
    signerKey: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    wwdr: chain[0]?.toString() ?? '',
  }
}
