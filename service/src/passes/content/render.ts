import type { PassSpec } from '@passwright/shared/schema'
import {
  assertIdentityValid,
  getIdentity,
  type Identity,
} from '../../apple/certificates/identity.ts'
import type { PassJson, WebService } from '../../apple/pass-json.ts'
import { buildPkpass, buildSourcePassJson } from '../../apple/pkpass.ts'
import type { ChunkedBytes } from '../../chunked-bytes.ts'
import type { Context } from '../../context.ts'
import { loadSlotImages } from '../images/load.ts'
import type { ImagesByHash } from '../images/repository.ts'
import { getExpirationDate, type PassRecord } from '../store/pass.ts'
import { hasWebService } from './web-service.ts'

/** A rendered pass: the `.pkpass` file, and the identity that signed it. */
export interface RenderedPass {
  file: ChunkedBytes
  identity: Identity
}

/**
 * Returns the file of a pass as it is stored, which is signed once however often it is asked for. Throws
 * what `renderPass` throws.
 */
export async function getPassFile(ctx: Context, stored: PassRecord): Promise<RenderedPass> {
  const identity = getValidIdentity(ctx, stored)
  return ctx.passFiles.get(stored, identity, () => sign(ctx, stored, identity, new Map()))
}

/**
 * Renders the `.pkpass` file of a record that may not be stored yet; images that are not `prepared` are loaded. Throws
 * `certificate_expired` when its identity cannot sign now, `overloaded` when too many passes wait.
 */
export async function renderPass(
  ctx: Context,
  record: PassRecord,
  prepared: ImagesByHash = new Map(),
): Promise<RenderedPass> {
  return sign(ctx, record, getValidIdentity(ctx, record), prepared)
}

/** The identity of a pass; throws `certificate_expired` when it cannot sign now. */
export function getValidIdentity(
  { identities, now }: Pick<Context, 'identities' | 'now'>,
  { passTypeIdentifier }: Pick<PassRecord, 'passTypeIdentifier'>,
): Identity {
  const identity = getIdentity(identities(), passTypeIdentifier)
  assertIdentityValid(identity, now())
  return identity
}

/**
 * Returns the file of a stored pass that was signed before: also with a certificate that has expired
 * since, or with the one that replaced it.
 */
export async function getPassFileAgain(ctx: Context, stored: PassRecord): Promise<RenderedPass> {
  const identity = getIdentity(ctx.identities(), stored.passTypeIdentifier)
  return ctx.passFiles.get(stored, identity, () => sign(ctx, stored, identity, new Map()))
}

async function sign(
  ctx: Context,
  record: PassRecord,
  identity: Identity,
  prepared: ImagesByHash,
): Promise<RenderedPass> {
  const images = await loadSlotImages(ctx, record, prepared)
  const updatedAt = new Date(record.updatedAt)
  const source = {
    ...toSource(record),
    webService: findWebService(ctx, record),
    images,
    updatedAt,
    owner: record.keyId,
  }
  const file = await buildPkpass(ctx.signPass, identity, source)
  return { file, identity }
}

/** The `pass.json` of a record: what the file holds, and what pages and emails show. */
export function buildRecordPassJson(
  record: SourceRecord,
  identity: Pick<Identity, 'passTypeIdentifier' | 'teamIdentifier' | 'organizationName'>,
): PassJson {
  return buildSourcePassJson(toSource(record), identity)
}

/** Where phones ask for updates, only over https, and the latest message to them. */
function findWebService(
  { config }: Pick<Context, 'config'>,
  { authenticationToken, message, messageNumber }: PassRecord,
): WebService | undefined {
  if (!hasWebService(config)) return undefined
  const url = `${config.publicUrl}/apple`
  return { url, authenticationToken, message: { text: message, number: messageNumber } }
}

type SourceRecord = Pick<PassRecord, 'spec' | 'serialNumber' | 'voided' | 'deletedAt'>

function toSource(record: SourceRecord) {
  const { serialNumber, voided, deletedAt } = record
  const spec = deletedAt === null ? record.spec : omitOwnExpiry(record.spec)
  return { spec: { ...spec, expirationDate: getExpirationDate(record) }, serialNumber, voided }
}

/** What stands under `apple` counts last, but not longer than the pass lives. */
function omitOwnExpiry({ apple, ...spec }: PassSpec): PassSpec {
  const { expirationDate: _, ...others } = apple ?? {}
  return { ...spec, apple: others }
}
