import { isObject, Problem, toPassFileName } from '@passwright/shared'
import type { Pass, PassEmail, PassSpec, PassTemplate, Style } from '@passwright/shared/schema'
import { type Identity, isValidAt } from '../../apple/certificates/identity.ts'
import { findExpirationDate } from '../../apple/fields/dates.ts'
import type { Context } from '../../context.ts'
import type { Values } from '../../templates/store/template.ts'
import type { ImageHashes } from '../images/repository.ts'

/** What a pass was made from: a version of a template, and what it was filled in with. */
export interface PassOrigin extends PassTemplate {
  values: Values
  /** What was set beside the values, as a merge patch on the filled template. */
  beside: Record<string, unknown>
  /** The numbers in fields that were adjusted, by the keys of the fields. */
  adjusted: Values
}

/** A pass as it is stored. Its `.pkpass` file is rendered from it on request. */
export interface PassRecord {
  serialNumber: string
  keyId: string
  /** The secret part of the share URL. */
  token: string
  /** What devices present to follow it. */
  authenticationToken: string
  externalId: string | null
  passTypeIdentifier: string
  spec: PassSpec
  images: ImageHashes
  metadata: Record<string, string>
  voided: boolean
  createdAt: string
  updatedAt: string
  deletedAt: string | null
  /** On how many devices it is installed. */
  installs: number
  /** The latest message to its holder, and how many there were. */
  message: string | null
  messageNumber: number
  /** The UTC day of the last download that was published as an event. */
  downloadedOn: string | null
  /** The last email with it. */
  email: PassEmail | undefined
  /** The template that it was made from. */
  template?: PassOrigin | undefined
}

/** What lists and events show of a pass: no more than a few hundred bytes, whatever the pass says. */
export interface PassSummary
  extends Omit<
    PassRecord,
    | 'spec'
    | 'images'
    | 'keyId'
    | 'passTypeIdentifier'
    | 'downloadedOn'
    | 'authenticationToken'
    | 'message'
    | 'messageNumber'
    | 'template'
  > {
  template?: PassTemplate | undefined
  style: Style
  title: string
  subtitle: string | null
  barcodeValue: string | null
  /** ISO 8601 in UTC with milliseconds. */
  expirationDate: string | null
}

/** Summarizes a pass as the columns that lists are read from do. */
export function summarizePass(record: PassRecord): PassSummary {
  const { spec } = record
  const expirationDate = getExpirationDate(record)
  return {
    ...record,
    style: spec.style ?? 'generic',
    title: getTitle(spec),
    subtitle: findSubtitle(spec),
    barcodeValue: findBarcodeValue(spec),
    expirationDate: expirationDate === undefined ? null : new Date(expirationDate).toISOString(),
  }
}

/** What a person would call the pass. */
function getTitle({ title, logoText, primaryFields = [] }: PassSpec): string {
  const candidates = [title, logoText, ...primaryFields.map(({ value }) => String(value))]
  return candidates.find((text) => text !== undefined && text.trim() !== '') ?? ''
}

/** What tells passes of one title apart, such as the name of the member: one line, null if there is nothing. */
function findSubtitle(spec: PassSpec): string | null {
  const { value, primaryFields = [], secondaryFields = [], auxiliaryFields = [] } = spec
  const title = toShortLine(getTitle(spec))
  for (const field of [{ value }, ...primaryFields, ...secondaryFields, ...auxiliaryFields]) {
    const line = toShortLine(String(field.value ?? ''))
    if (line !== '' && line !== title) return line
  }
  return null
}

const MAX_SUBTITLE_LENGTH = 64

/** The beginning of a text, as one line. */
function toShortLine(text: string): string {
  const line = text
    .slice(0, 1_000)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
  return [...line].slice(0, MAX_SUBTITLE_LENGTH).join('').toWellFormed()
}

/** What the first barcode says; one with NUL, which PostgreSQL does not keep, stands only in the pass itself. */
function findBarcodeValue({ barcodeValue, apple = {} }: PassSpec): string | null {
  const [own]: unknown[] = Array.isArray(apple.barcodes) ? apple.barcodes : []
  if (!isObject(own) || typeof own.message !== 'string') return barcodeValue ?? null
  return own.message.includes('\0') ? null : own.message
}

/** A deleted pass has expired, whatever its spec says. */
export function getExpirationDate({
  spec,
  deletedAt,
}: Pick<PassRecord, 'spec' | 'deletedAt'>): string | undefined {
  return deletedAt ?? findExpirationDate(spec)
}

/** A pass as the API and events show it. */
export function toApiPass(
  pass: PassRecord | PassSummary,
  { publicUrl, googleWallet }: Pick<Context['config'], 'publicUrl' | 'googleWallet'>,
): Pass {
  const summary = 'spec' in pass ? summarizePass(pass) : pass
  const shareUrl = getShareUrl(summary, { publicUrl })
  return {
    serialNumber: summary.serialNumber,
    externalId: summary.externalId,
    title: summary.title,
    subtitle: summary.subtitle,
    barcodeValue: summary.barcodeValue,
    expirationDate: summary.expirationDate,
    shareUrl,
    downloadUrl: `${shareUrl}.pkpass`,
    fileName: toPassFileName(summary.title),
    googleSaveUrl: googleWallet ? `${shareUrl}/google` : null,
    style: summary.style,
    voided: summary.voided,
    createdAt: summary.createdAt,
    lastUpdated: summary.updatedAt,
    installs: summary.installs,
    metadata: summary.metadata,
    ...(summary.template ? { template: toPassTemplate(summary.template) } : {}),
    ...(summary.email ? { email: summary.email } : {}),
    ...(summary.deletedAt === null ? {} : { deletedAt: summary.deletedAt }),
  }
}

/** The address of a pass's share page. */
export function getShareUrl(
  { token }: Pick<PassRecord, 'token'>,
  { publicUrl }: Pick<Context['config'], 'publicUrl'>,
): string {
  return `${publicUrl}/p/${token}`
}

function toPassTemplate({ templateId, name, version }: PassTemplate): PassTemplate {
  return { templateId, name, version }
}

/** The name of a pass's file, made of its title. */
export function getPassFileName({ spec }: Pick<PassRecord, 'spec'>): string {
  return toPassFileName(getTitle(spec))
}

/** `development`: Wallet refuses it; `unsigned`: its signing certificate is missing or not valid now. */
export type PassStatus = 'valid' | 'development' | 'expired' | 'voided' | 'deleted' | 'unsigned'

/** The status of a pass at a time; of several, the one that lasts longest. */
export function getPassStatus(
  { spec, voided, deletedAt }: Pick<PassRecord, 'spec' | 'voided' | 'deletedAt'>,
  identity: Identity | undefined,
  now: Date,
): PassStatus {
  if (deletedAt !== null) return 'deleted'
  if (voided) return 'voided'
  const expirationDate = findExpirationDate(spec)
  if (expirationDate !== undefined && new Date(expirationDate) < now) return 'expired'
  if (!identity || !isValidAt(identity, now)) return 'unsigned'
  return identity.development ? 'development' : 'valid'
}

/** The versions that a caller accepts as the current one; `any` for every existing pass. */
export type ExpectedVersion = 'any' | readonly string[]

/** Names the state of a pass: a short text that is another one after each change. */
export function getVersion({ updatedAt }: Pick<PassRecord, 'updatedAt'>): string {
  return Date.parse(updatedAt).toString(36)
}

/** Throws `precondition_failed` when the pass is missing or its version is not an expected one. */
export function assertVersion(
  record: PassRecord | undefined,
  expected: ExpectedVersion | undefined,
): void {
  if (expected === undefined) return
  if (record && (expected === 'any' || expected.includes(getVersion(record)))) return
  throw new Problem(
    'precondition_failed',
    'The pass has changed in the meantime; get it again, check the change, and repeat yours',
  )
}

/** Throws `pass_deleted` for a deleted pass, which cannot change any more. */
export function assertNotDeleted({ deletedAt }: Pick<PassRecord, 'deletedAt'>): void {
  if (deletedAt === null) return
  throw new Problem('pass_deleted', 'The pass was deleted; make a new one')
}

/** The time of a change: now, but always after the previous change, even if the clock was set back. */
export function getNextUpdatedAt({ updatedAt }: Pick<PassRecord, 'updatedAt'>, now: Date): string {
  return new Date(Math.max(now.getTime(), Date.parse(updatedAt) + 1)).toISOString()
}
