import {
  assertIdentityValid,
  getIdentity,
  type Identity,
} from '../../apple/certificates/identity.ts'
import type { PassJson, WebService } from '../../apple/pass-json.ts'
import { buildPkpass, buildSourcePassJson } from '../../apple/pkpass.ts'
import type { Context } from '../../context.ts'
import { loadSlotImages } from '../images/load.ts'
import type { ImagesByHash } from '../images/repository.ts'
import { getExpirationDate, type PassRecord } from '../store/pass.ts'
import { hasWebService } from './web-service.ts'

/** A rendered pass: the `.pkpass` file, and the identity that signed it. */
export interface RenderedPass {
  file: Buffer
  identity: Identity
}

/**
 * Renders the `.pkpass` file of a record; images that are not `prepared` are loaded. Throws
 * `certificate_expired` when its identity cannot sign now, `overloaded` when too many passes wait.
 */
export async function renderPass(
  ctx: Context,
  record: PassRecord,
  prepared: ImagesByHash = new Map(),
): Promise<RenderedPass> {
  const identity = getIdentity(ctx.identities(), record.passTypeIdentifier)
  assertIdentityValid(identity, ctx.now())
  return sign(ctx, record, identity, prepared)
}

/**
 * Renders the file of a record that was signed before: also with a certificate that has expired since,
 * or with the one that replaced it.
 */
export async function renderPassAgain(ctx: Context, record: PassRecord): Promise<RenderedPass> {
  return sign(ctx, record, getIdentity(ctx.identities(), record.passTypeIdentifier), new Map())
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
  record: PassRecord,
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

function toSource(record: PassRecord) {
  const { spec, serialNumber, voided } = record
  return { spec: { ...spec, expirationDate: getExpirationDate(record) }, serialNumber, voided }
}
