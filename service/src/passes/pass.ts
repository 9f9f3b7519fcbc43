import { passFileName } from '@passwright/shared'
import type { ImageSlotName, Pass, PassEmail, PassSpec } from '@passwright/shared/schema'
import type { Config } from '../config.ts'

/** The hashes of a slot's prepared images at 1x, 2x and 3x. */
export type ImageHashes = { [Slot in ImageSlotName]?: string[] }

/** A pass as it is stored; the file is rendered from it whenever somebody asks. */
export interface PassRecord {
  serialNumber: string
  keyId: string
  token: string
  externalId: string | null
  passTypeIdentifier: string
  spec: PassSpec
  images: ImageHashes
  metadata: Record<string, string>
  voided: boolean
  createdAt: string
  updatedAt: string
  deletedAt: string | null
  /** The UTC day on which a download was last told of. */
  downloadedOn: string | null
  /** The last mail with it. */
  email: PassEmail | undefined
}

/** A pass as callers and events are told of it. */
export function toApiPass(record: PassRecord, { publicUrl }: Pick<Config, 'publicUrl'>): Pass {
  const shareUrl = `${publicUrl}/p/${record.token}`
  return {
    serialNumber: record.serialNumber,
    externalId: record.externalId,
    shareUrl,
    downloadUrl: `${shareUrl}.pkpass`,
    googleSaveUrl: null,
    style: record.spec.style ?? 'generic',
    voided: record.voided,
    createdAt: record.createdAt,
    lastUpdated: record.updatedAt,
    installs: 0,
    metadata: record.metadata,
    ...(record.email ? { email: record.email } : {}),
    ...(record.deletedAt === null ? {} : { deletedAt: record.deletedAt }),
  }
}

/** A name for the file, made of what the pass calls itself. */
export function getPassFileName({ spec }: Pick<PassRecord, 'spec'>): string {
  return passFileName(spec.title ?? spec.logoText ?? '')
}
