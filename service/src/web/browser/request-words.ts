import type { Language } from './page.ts'

const en = {
  needsKey: 'Paste your API key first.',
  working: 'One moment …',
  wrongKey: 'This key does not work: it is mistyped, was revoked or has ended.',
  unreachable: 'The service cannot be reached; check your connection and try again.',
}

/** What every page says of its requests with a key. */
export type RequestWords = typeof en

const de: RequestWords = {
  needsKey: 'Fügen Sie zuerst Ihren API-Schlüssel ein.',
  working: 'Einen Moment …',
  wrongKey: 'Dieser Schlüssel gilt nicht: Er ist falsch geschrieben, widerrufen oder abgelaufen.',
  unreachable:
    'Der Dienst ist nicht erreichbar; prüfen Sie die Verbindung und versuchen Sie es erneut.',
}

/** These words in the languages of the pages. */
export const requestWords: Record<Language, RequestWords> = { en, de }
