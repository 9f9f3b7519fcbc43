import type { StatsRow } from '@passwright/shared'

export type Language = 'en' | 'de'

/** The columns of the table, in their order. */
export const counters = [
  'created',
  'mailed',
  'mailFailed',
  'opened',
  'downloaded',
  'installedApple',
  'installedGoogle',
  'removed',
  'voided',
] as const satisfies (keyof StatsRow)[]

const en = {
  needsKey: 'Paste your API key first.',
  working: 'One moment …',
  shown: 'The statistics are below.',
  wrongKey: 'This key does not work: it is mistyped, was revoked or has ended.',
  unreachable: 'The service cannot be reached; check your connection and try again.',
  living: 'in use now',
  installed: 'of them in a wallet',
  neverInstalled: 'never added to one',
  nothing: 'Nothing happened in this time.',
  chart: 'Passes created, added to a wallet and removed from one; the table has the same figures.',
  installs: 'Added',
  table: 'All figures, the latest first',
  from: { day: 'Day', week: 'Week from', month: 'Month' },
  total: 'Total',
  counters: {
    created: 'Created',
    mailed: 'Emailed',
    mailFailed: 'Email failed',
    opened: 'Page opened',
    downloaded: 'Downloaded',
    installedApple: 'Added to Apple Wallet',
    installedGoogle: 'Added to Google Wallet',
    removed: 'Removed',
    voided: 'Voided',
  } satisfies Record<(typeof counters)[number], string>,
}

/** Everything that the figures say. */
export type Words = typeof en

const de: Words = {
  needsKey: 'Fügen Sie zuerst Ihren API-Schlüssel ein.',
  working: 'Einen Moment …',
  shown: 'Die Statistik steht darunter.',
  wrongKey: 'Dieser Schlüssel gilt nicht: Er ist falsch geschrieben, widerrufen oder abgelaufen.',
  unreachable:
    'Der Dienst ist nicht erreichbar; prüfen Sie die Verbindung und versuchen Sie es erneut.',
  living: 'derzeit gültig',
  installed: 'davon in einem Wallet',
  neverInstalled: 'nie in einem gewesen',
  nothing: 'In dieser Zeit ist nichts geschehen.',
  chart: 'Erstellte, hinzugefügte und entfernte Pässe; die Tabelle enthält dieselben Zahlen.',
  installs: 'Hinzugefügt',
  table: 'Alle Zahlen, die neuesten zuerst',
  from: { day: 'Tag', week: 'Woche ab', month: 'Monat' },
  total: 'Summe',
  counters: {
    created: 'Erstellt',
    mailed: 'Versandt',
    mailFailed: 'Versand gescheitert',
    opened: 'Seite geöffnet',
    downloaded: 'Heruntergeladen',
    installedApple: 'Zu Apple Wallet hinzugefügt',
    installedGoogle: 'Zu Google Wallet hinzugefügt',
    removed: 'Entfernt',
    voided: 'Entwertet',
  },
}

const tables: Record<Language, Words> = { en, de }

/** The words of a language. */
export function getWords(language: Language): Words {
  return tables[language]
}
