import type { Issue } from './problem.ts'
import type { PassTemplate } from './templates.ts'

/** The status of an email: not sent yet, accepted by the mail server, or given up. */
export type EmailStatus = 'queued' | 'sent' | 'failed'

/** An email with a pass; subject and message may use {{name}}, {{title}} and {{organizationName}}. */
export interface EmailRequest {
  to: string
  name?: string
  subject?: string
  message?: string
}

/** One email with a pass; `reason` is the mail server's last reply, if it did not accept the email. */
export interface Email {
  emailId: string
  serialNumber: string
  to: string
  status: EmailStatus
  reason?: string
  createdAt: string
  lastUpdated: string
}

/** A pass as the service returns it. */
export interface Pass {
  serialNumber: string
  externalId: string | null
  /** What a person would call the pass. */
  title: string
  /** What tells passes of one title apart, such as the name of the member. */
  subtitle: string | null
  barcodeValue: string | null
  expirationDate: string | null
  shareUrl: string
  downloadUrl: string
  fileName: string
  /** Adds the pass to Google Wallet; null while that is off. */
  googleSaveUrl: string | null
  style: string
  voided: boolean
  createdAt: string
  lastUpdated: string
  installs: number
  metadata: Record<string, string>
  /** The template that it was made from. */
  template?: PassTemplate
  /** The last email with this pass. */
  email?: Pick<Email, 'emailId' | 'to' | 'status' | 'reason'>
  deletedAt?: string
}

/** One pass with all that it says, as a body that would create it, and the values of its template. */
export type PassDetails = Pass & {
  pass: Record<string, unknown>
  values?: Record<string, string | number>
}

/** A pass just created or updated, with its file in base64. */
export type MadePass = Omit<Pass, 'email' | 'deletedAt'> & {
  outcome: 'created' | 'updated' | 'unchanged' | 'kept'
  applePass: string
  email?: Pick<Email, 'emailId' | 'status'>
  /** What was accepted, but Wallet or Google Wallet will not show as requested. */
  warnings?: Issue[]
}

export interface ListQuery {
  limit?: number
  cursor?: string
  externalId?: string
  email?: string
  /** Words that the title, own ID, field values or email address begin with. */
  q?: string
  voided?: boolean
  deleted?: boolean
  /** Whether it is in a wallet that follows its updates. */
  installed?: boolean
  /** The id or the name of a template. */
  template?: string
  metadata?: Record<string, string>
}

/** What happens to a pass whose `externalId` is known already; `replace` when absent. */
export type OnExistingPass = 'replace' | 'merge' | 'keep'

export interface CreateOptions {
  idempotencyKey?: string | undefined
  onExisting?: OnExistingPass | undefined
}
