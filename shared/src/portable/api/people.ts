import type { EventRecord } from './events.ts'
import type { Email, EmailRequest, PassDetails } from './passes.ts'

/** A page of what is held of a person. */
export interface PersonExport {
  email: string
  /** Each with the last message to its holder. */
  passes: (PassDetails & { message: string | null })[]
  emails: (Email & Omit<EmailRequest, 'to'>)[]
  events: EventRecord[]
  deliveries: {
    id: string
    webhookId: string
    eventId: string
    type: string
    state: 'pending' | 'delivered' | 'failed'
    attempts: number
    status: number | null
    answer: string | null
    reason: string | null
    createdAt: string
    lastUpdated: string
  }[]
  nextCursor: string | null
}

/** What was forgotten of a person; `pending` of the passes are still to be blanked by a job. */
export interface ForgottenPerson {
  passes: number
  emails: number
  deliveries: number
  wallets: { apple: number; google: number }
  pending: number
}
