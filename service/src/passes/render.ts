import type { Identity } from '../apple/certificates/identity.ts'
import { assertIdentityValid, getIdentity } from '../apple/certificates/select.ts'
import { buildPassJson, type PassJson } from '../apple/pass-json.ts'
import { type PassFile, toPassFile } from '../apple/signing/archive.ts'
import type { Context } from '../context.ts'
import { defaultIcon } from './images/default-icon.ts'
import { loadImages } from './images/repository.ts'
import type { PassRecord } from './pass.ts'

/** A rendered pass: the file, and who signed it. */
export interface RenderedPass {
  file: Buffer
  identity: Identity
}

/** The prepared images of a record by their hashes, as far as they are at hand. */
type ImageContents = ReadonlyMap<string, Uint8Array>

/**
 * Renders the `.pkpass` of a record. The signing time is that of the last change, so that the
 * same record gives the same bytes whenever it is asked for.
 */
export async function renderPass(
  ctx: Context,
  record: PassRecord,
  contents: ImageContents = new Map(),
): Promise<RenderedPass> {
  const identity = getIdentity(ctx.identities, record.passTypeIdentifier)
  assertIdentityValid(identity, ctx.now())
  const hashes = Object.values(record.images).flat()
  const missing = hashes.filter((hash) => !contents.has(hash))
  const images = new Map([...contents, ...(await loadImages(ctx.db, missing))])
  const content = {
    passJson: Buffer.from(JSON.stringify(passJsonOf(record, identity))),
    files: [...iconParts, ...imageParts(record, images)],
  }
  const updatedAt = new Date(record.updatedAt)
  const signingTime = updatedAt < identity.notBefore ? identity.notBefore : updatedAt
  return { file: await ctx.signPass(content, identity, signingTime), identity }
}

/** The pass.json of a record: the file and every picture of it say the same. */
export function passJsonOf(
  record: PassRecord,
  identity: Pick<Identity, 'passTypeIdentifier' | 'teamIdentifier' | 'organizationName'>,
): PassJson {
  // A deleted pass is void and over for good.
  const spec =
    record.deletedAt === null ? record.spec : { ...record.spec, expirationDate: record.deletedAt }
  return buildPassJson(spec, {
    serialNumber: record.serialNumber,
    voided: record.voided,
    passTypeIdentifier: identity.passTypeIdentifier,
    teamIdentifier: identity.teamIdentifier,
    organizationName: identity.organizationName,
  })
}

const scales = ['', '@2x', '@3x']

const iconParts = defaultIcon.map(({ scale, png }) =>
  toPassFile(`icon${scales[scale - 1]}.png`, png),
)

function imageParts({ images }: PassRecord, contents: ImageContents): PassFile[] {
  return Object.entries(images).flatMap(([slot, hashes]) =>
    hashes.map((hash, index) => {
      const png = contents.get(hash)
      if (!png) throw new Error(`The image ${hash} of a stored pass is not there`)
      return toPassFile(`${slot}${scales[index]}.png`, png)
    }),
  )
}
