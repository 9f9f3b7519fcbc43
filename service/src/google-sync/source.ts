import { imageSlotNames } from '@passwright/shared/schema'
import type { Warning } from '../apple/warnings/warnings.ts'
import type { Context } from '../context.ts'
import { type ClassOwner, isReachable } from '../google/content/class.ts'
import { chooseObjectLayout, type ObjectSource } from '../google/content/object.ts'
import type { Layout } from '../google/content/rows.ts'
import type { ObjectState } from '../google/content/wallet-words.ts'
import { findGoogleWarnings } from '../google/content/warnings/warnings.ts'
import { buildRecordPassJson } from '../passes/content/render.ts'
import { toRequestPath } from '../passes/create/request-paths.ts'
import type { PassRecord } from '../passes/store/pass.ts'

type SourceContext = Pick<Context, 'config' | 'identities'>

/** What of a record Google's object is made of: also of one that was never stored. */
export type GoogleDraft = Pick<
  PassRecord,
  'spec' | 'serialNumber' | 'passTypeIdentifier' | 'voided' | 'deletedAt'
>

/** What of a record Google's object is made of, but for its images. */
export function toObjectSource(
  { identities }: Pick<Context, 'identities'>,
  record: GoogleDraft,
): Omit<ObjectSource, 'images'> {
  const { spec, serialNumber, passTypeIdentifier } = record
  const identity = identities().find((one) => one.passTypeIdentifier === passTypeIdentifier)
  const ofCertificate = identity?.development ? '' : (identity?.organizationName ?? '')
  return {
    serialNumber,
    spec,
    passJson: buildRecordPassJson(record, {
      passTypeIdentifier,
      teamIdentifier: '',
      organizationName: ofCertificate,
    }),
    organizationName: spec.organizationName ?? ofCertificate,
    state: chooseState(record),
  }
}

function chooseState({ deletedAt, voided }: GoogleDraft): ObjectState {
  if (deletedAt !== null) return 'EXPIRED'
  return voided ? 'INACTIVE' : 'ACTIVE'
}

/** The layout of the class that a pass gets when it is stored at Google for the first time. */
export function chooseRecordLayout(ctx: Pick<Context, 'identities'>, record: GoogleDraft): Layout {
  return chooseObjectLayout(toObjectSource(ctx, record))
}

/** Whose classes and objects these are; undefined while Google Wallet is off. */
export function findClassOwner({ config }: Pick<Context, 'config'>): ClassOwner | undefined {
  const { googleWallet, publicUrl } = config
  return googleWallet && { issuerId: googleWallet.issuerId, publicUrl }
}

/** What of a pass Google Wallet will not show as asked; nothing while it is off. */
export function findRecordGoogleWarnings(
  ctx: SourceContext,
  record: GoogleDraft & Pick<PassRecord, 'images'>,
): Warning[] {
  if (!ctx.config.googleWallet) return []
  const { spec, passJson } = toObjectSource(ctx, record)
  const warnings = findGoogleWarnings({
    spec,
    passJson,
    imageSlots: imageSlotNames.filter((slot) => record.images[slot] !== undefined),
    isReachable: isReachable(ctx.config),
  })
  return warnings.map(({ path, message }) => ({ path: toRequestPath(path, spec), message }))
}
