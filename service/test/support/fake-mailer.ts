import type { EmailMessage, Mailer } from '../../src/email/mailer.ts'
import type { SmtpResult } from '../../src/email/smtp-result.ts'

/** A mailer that keeps what it is given and answers as it is told. */
export interface ScriptedMailer extends Mailer {
  messages: EmailMessage[]
  /** What the next messages get; `done` once it is used up. */
  results: (SmtpResult | (() => Promise<SmtpResult>))[]
}

export function scriptedMailer(): ScriptedMailer {
  const messages: EmailMessage[] = []
  const results: ScriptedMailer['results'] = []
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
