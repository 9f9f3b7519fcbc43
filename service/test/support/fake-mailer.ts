import type { Mailer, Message } from '../../src/email/mailer.ts'
import type { Verdict } from '../../src/email/smtp-result.ts'

/** A mailer that keeps what it is given and answers as it is told. */
export interface ScriptedMailer extends Mailer {
  messages: Message[]
  /** What the next messages get; `done` once it is used up. */
  verdicts: (Verdict | (() => Promise<Verdict>))[]
}

export function scriptedMailer(): ScriptedMailer {
  const messages: Message[] = []
  const verdicts: ScriptedMailer['verdicts'] = []
  return {
    messages,
    verdicts,
    send: async (message) => {
      messages.push(message)
      const next = verdicts.shift() ?? { verdict: 'done' }
      return typeof next === 'function' ? next() : next
    },
    check: async () => ({ verdict: 'done' }),
    close: () => {},
  }
}
