import type { PassSpec } from '@passwright/shared/schema'
import type { ChunkedBytes } from '../chunked-bytes.ts'
import type { Identity } from './certificates/identity.ts'
import { buildLocalizations } from './localizations.ts'
import { buildPassJson, type PassJson, type WebService } from './pass-json.ts'
import { type PassFile, toPassFile } from './signing/archive.ts'
import type { SignPass } from './signing/sign.ts'

/** What a `.pkpass` file is made of, besides its signing identity. */
export interface PkpassSource {
  spec: PassSpec
  serialNumber: string
  voided: boolean
  /** Where phones ask for updates; absent for a pass that stays as it is. */
  webService?: WebService | undefined
  /** The PNGs of each slot at 1x, 2x and 3x; `icon` is required. */
  images: SlotImages
  /** When the pass last changed; written into the signature. */
  updatedAt: Date
  /** Whose turn it takes to be signed. */
  owner: string
}

export type SlotImages = Readonly<Record<string, readonly Uint8Array[]>>

/** Names of a slot's files: `icon.png`, `icon@2x.png`, `icon@3x.png`. */
const scaleSuffixes = ['', '@2x', '@3x']

/**
 * Builds a signed `.pkpass` file. Needs no clock and no database: the same source and identity give
 * the same bytes.
 */
export function buildPkpass(
  signPass: SignPass,
  identity: Identity,
  { images, updatedAt, owner, ...source }: PkpassSource,
): Promise<ChunkedBytes> {
  const content = {
    passJson: Buffer.from(JSON.stringify(buildSourcePassJson(source, identity))),
    files: [...buildImageFiles(images), ...buildLocalizations(source.spec)],
  }
  // A certificate cannot have signed before it was valid.
  const signingTime = updatedAt < identity.notBefore ? identity.notBefore : updatedAt
  return signPass(content, identity, signingTime, owner)
}

/** Builds the `pass.json` of a pass with the names that its identity's certificate carries. */
export function buildSourcePassJson(
  {
    spec,
    serialNumber,
    voided,
    webService,
  }: Pick<PkpassSource, 'spec' | 'serialNumber' | 'voided' | 'webService'>,
  identity: Pick<Identity, 'passTypeIdentifier' | 'teamIdentifier' | 'organizationName'>,
): PassJson {
  const { passTypeIdentifier, teamIdentifier, organizationName } = identity
  return buildPassJson(spec, {
    serialNumber,
    voided,
    webService,
    passTypeIdentifier,
    teamIdentifier,
    organizationName,
  })
}

/** Hashing an image costs more than anything but the signature, and the default icon never changes. */
const fileCache = new WeakMap<Uint8Array, PassFile>()

function buildImageFiles(images: SlotImages): PassFile[] {
  return Object.entries(images).flatMap(([slot, pngs]) =>
    pngs.map((png, index) => toCachedFile(`${slot}${scaleSuffixes[index]}.png`, png)),
  )
}

function toCachedFile(name: string, png: Uint8Array): PassFile {
  const cached = fileCache.get(png)
  if (cached?.name === name) return cached
  const file = toPassFile(name, png)
  fileCache.set(png, file)
  return file
}
