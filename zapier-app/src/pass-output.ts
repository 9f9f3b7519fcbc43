import {
  type Email,
  findPhoneWarning,
  type Issue,
  type Pass,
  sampleEmail,
  samplePass,
  toLabel,
} from '@passwright/shared'
import type { PlainOutputField, ZObject } from 'zapier-platform-core'
import { downloadPass } from './hydrators.ts'

/** A pass in any response of the service: some have no metadata, and some only part of the email. */
export type PassResource = Omit<Pass, 'metadata' | 'email'> & {
  metadata?: Record<string, string>
  email?: Partial<Email>
}

/** Builds the output of every step that returns a pass. The file is dehydrated: Zapier downloads it when a later step uses it. */
export function toPassOutput(z: ZObject, pass: PassResource) {
  return { id: pass.serialNumber, ...toPassFields(pass), file: dehydratePassFile(z, pass) }
}

/** Picks the fields of a pass for the output of a step, without the `id`, which triggers need for the event. */
export function toPassFields(pass: PassResource) {
  const { serialNumber, externalId, title, subtitle, barcodeValue, expirationDate, fileName } = pass
  const { shareUrl, downloadUrl, style, voided, installs, createdAt, lastUpdated } = pass
  const { metadata = {}, email, googleSaveUrl, template } = pass
  return {
    serialNumber,
    externalId,
    title,
    subtitle,
    barcodeValue,
    expirationDate,
    fileName,
    shareUrl,
    downloadUrl,
    style,
    voided,
    installs,
    createdAt,
    lastUpdated,
    metadata,
    email: email ? toEmailFields(email) : null,
    googleSaveUrl,
    template: template ?? null,
  }
}

function toEmailFields({ emailId, to, status, reason }: Partial<Email>) {
  return { emailId, to, status, ...(reason !== undefined && { reason }) }
}

/**
 * Creates a pointer to the file of a pass. Zapier caches hydrated files by pointer: the revision
 * makes it download an updated pass again.
 */
export function dehydratePassFile(z: ZObject, { serialNumber, lastUpdated }: PassResource): string {
  return z.dehydrateFile(downloadPass, { serialNumber, revision: lastUpdated })
}

/** Joins what the service accepted but Wallet will not show as asked, in the words of the form; empty if there is nothing. */
export function toWarnings(warnings: readonly Issue[] = [], ...more: string[]): string {
  const sentences = warnings.map(({ path, message }) => `${toLabel(path)} ${message}`)
  return [...sentences, ...more].join('; ')
}

/** What a changed pass does not change: the phones that have it, unless the service can tell them. */
export function listPhoneWarnings(pass: Pick<Pass, 'shareUrl'>): string[] {
  return [findPhoneWarning(pass) ?? []].flat()
}

/** The labels of the fields of a pass. */
export const passOutputFields: PlainOutputField[] = [
  { key: 'serialNumber', label: 'Serial Number', type: 'string' },
  { key: 'externalId', label: 'Your Own ID', type: 'string' },
  { key: 'title', label: 'Title', type: 'string' },
  { key: 'subtitle', label: 'Subtitle', type: 'string' },
  { key: 'barcodeValue', label: 'Barcode Value', type: 'string' },
  { key: 'expirationDate', label: 'Expires On', type: 'datetime' },
  { key: 'file', label: 'Pass File', type: 'file' },
  { key: 'fileName', label: 'File Name', type: 'string' },
  { key: 'shareUrl', label: 'Share Page', type: 'string' },
  { key: 'downloadUrl', label: 'Download Address', type: 'string' },
  { key: 'googleSaveUrl', label: 'Google Wallet Link', type: 'string' },
  { key: 'style', label: 'Style', type: 'string' },
  { key: 'voided', label: 'Voided', type: 'boolean' },
  { key: 'installs', label: 'Installs', type: 'integer' },
  { key: 'createdAt', label: 'Created At', type: 'datetime' },
  { key: 'lastUpdated', label: 'Last Updated', type: 'datetime' },
  { key: 'template__name', label: 'Template', type: 'string' },
  { key: 'template__templateId', label: 'Template ID', type: 'string' },
  { key: 'template__version', label: 'Template Version', type: 'integer' },
  { key: 'email__emailId', label: 'Email ID', type: 'string' },
  { key: 'email__to', label: 'Email To', type: 'string' },
  { key: 'email__status', label: 'Email Status', type: 'string' },
]

/** The reason of a failed email. */
export const emailReasonField: PlainOutputField = {
  key: 'email__reason',
  label: 'Email Reason',
  type: 'string',
}

/** The sample output of a step that returns a pass. */
export const passSample = {
  id: samplePass.serialNumber,
  ...toPassFields({ ...samplePass, email: { ...sampleEmail, status: 'queued' } }),
  file: samplePass.downloadUrl,
}

/** The fields of a pass for steps in which the `id` is the serial number. */
export const passFieldsWithId: PlainOutputField[] = [
  { key: 'id', label: 'Pass ID', type: 'string', primary: true },
  ...passOutputFields,
]

/** The field for what Wallet will not show as asked. */
export const warningsField: PlainOutputField = {
  key: 'warnings',
  label: 'Warnings',
  type: 'string',
}

/** The field for how many devices learn of a change. */
export const notifiedDevicesField: PlainOutputField = {
  key: 'notifiedDevices',
  label: 'Notified Devices',
  type: 'integer',
}
