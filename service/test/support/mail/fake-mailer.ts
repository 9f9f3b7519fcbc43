import type { EmailMessage, Mailer } from '../../../src/email/mailer.ts'
import type { SmtpResult } from '../../../src/email/smtp-result.ts'

/** A mailer that records messages instead of sending them. */
export interface FakeMailer extends Mailer {
  messages: EmailMessage[]
  /** The results of the next messages; further messages succeed. */
  results: (SmtpResult | (() => Promise<SmtpResult>))[]
}

export function createFakeMailer(): FakeMailer {
  const messages: EmailMessage[] = []
  const results: FakeMailer['results'] = []
  return {
    messages,
    results,
    send: async (message) => {
      messages.push(message)
      const next = results.shift() ?? { result: 'succeeded' }
      return typeof next === 'function' ? next() : next
    },
    check: async () => ({ result: 'succeeded' }),
    close: () => {},
  }
}
