import { type Email, type Pass, sampleEmail, samplePass } from '@passwright/shared'
import type { PlainOutputField, ZObject } from 'zapier-platform-core'
import { downloadPass } from './hydrators.ts'

/** A pass as any answer of the service tells of it. */
export type ToldPass = Omit<Pass, 'metadata' | 'email'> & {
  metadata?: Record<string, string>
  email?: Partial<Email>
}

/** Every step tells of a pass in this shape; the file is fetched when a later step wants it. */
export function passOutput(z: ZObject, pass: ToldPass) {
  return { id: pass.serialNumber, ...told(pass), file: filePointer(z, pass) }
}

/** What a step tells of a pass beside its own `id`. */
export function told(pass: ToldPass) {
  const { serialNumber, externalId, shareUrl, downloadUrl, style, voided, installs } = pass
  const { createdAt, lastUpdated, metadata, email } = pass
  return {
    serialNumber,
    externalId,
    shareUrl,
    downloadUrl,
    style,
    voided,
    installs,
    createdAt,
    lastUpdated,
    ...(metadata && { metadata }),
    ...(email && { email }),
  }
}

/**
 * Stands for the file until a step asks for it. Zapier keeps what it fetched for a while under the
 * same words: with the revision among them, a changed pass is another file.
 */
export function filePointer(z: ZObject, { serialNumber, lastUpdated }: ToldPass): string {
  return z.dehydrateFile(downloadPass, { serialNumber, revision: lastUpdated })
}

/** What the fields of a pass are called in later steps. */
export const passOutputFields: PlainOutputField[] = [
  { key: 'serialNumber', label: 'Serial Number', type: 'string' },
  { key: 'externalId', label: 'Your Own ID', type: 'string' },
  { key: 'file', label: 'Pass File', type: 'file' },
  { key: 'shareUrl', label: 'Share Page', type: 'string' },
  { key: 'downloadUrl', label: 'Download Address', type: 'string' },
  { key: 'style', label: 'Style', type: 'string' },
  { key: 'voided', label: 'Voided', type: 'boolean' },
  { key: 'installs', label: 'Installs', type: 'integer' },
  { key: 'createdAt', label: 'Created At', type: 'datetime' },
  { key: 'lastUpdated', label: 'Last Updated', type: 'datetime' },
  { key: 'email__emailId', label: 'Email ID', type: 'string' },
  { key: 'email__to', label: 'Email To', type: 'string' },
  { key: 'email__status', label: 'Email Status', type: 'string' },
]

/** Tells why a mail failed. */
export const emailReasonField: PlainOutputField = {
  key: 'email__reason',
  label: 'Email Reason',
  type: 'string',
}

/** A pass as a step tells of it, before one was made. */
export const passSample = {
  id: samplePass.serialNumber,
  ...told({ ...samplePass, email: { ...sampleEmail, status: 'queued' } }),
  file: samplePass.downloadUrl,
}

/** The fields of a pass whose `id` is its serial. */
export const passFieldsWithId: PlainOutputField[] = [
  { key: 'id', label: 'Pass ID', type: 'string', primary: true },
  ...passOutputFields,
]
