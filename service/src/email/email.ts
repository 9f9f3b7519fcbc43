import type { Email, EmailRequest, PassEmail } from '@passwright/shared/schema'

/** A mail with a pass, as it is stored. */
export interface EmailRecord {
  id: string
  keyId: string
  serialNumber: string
  options: EmailRequest
  status: Email['status']
  reason: string | null
  createdAt: string
  updatedAt: string
}

/** A mail as `GET /api/emails/<id>` tells of it. */
export function toApiEmail(record: EmailRecord): Email {
  return {
    emailId: record.id,
    serialNumber: record.serialNumber,
    to: record.options.to,
    status: record.status,
    ...(record.reason === null ? {} : { reason: record.reason }),
    createdAt: record.createdAt,
    lastUpdated: record.updatedAt,
  }
}

/** The same as its pass carries it. */
export function toPassEmail(record: EmailRecord): PassEmail {
  const { emailId, to, status, reason } = toApiEmail(record)
  return { emailId, to, status, ...(reason === undefined ? {} : { reason }) }
}
