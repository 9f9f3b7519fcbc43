import type { StatsCounter } from '@passwright/shared'
import type { Language } from '../../browser/page.ts'
import { requestWords } from '../../browser/request-words.ts'

const en = {
  ...requestWords.en,
  shown: 'The statistics are below.',
  living: 'in use now',
  installed: 'of them in a wallet',
  neverInstalled: 'never added to one',
  nothing: 'Nothing happened in this time.',
  chart: 'Passes created, added to a wallet and removed from one; the table has the same figures.',
  installs: 'Added',
  table: 'All figures, the latest first',
  from: { day: 'Day', week: 'Week from', month: 'Month' },
  total: 'Total',
  save: 'Download as CSV',
  saved: 'The file is in your downloads.',
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
  } satisfies Record<StatsCounter, string>,
}

/** Everything that the figures say. */
export type Words = typeof en

const de: Words = {
  ...requestWords.de,
  shown: 'Die Statistik steht darunter.',
  living: 'derzeit gültig',
  installed: 'davon in einem Wallet',
  neverInstalled: 'nie in einem gewesen',
  nothing: 'In dieser Zeit ist nichts geschehen.',
  chart: 'Erstellte, hinzugefügte und entfernte Pässe; die Tabelle enthält dieselben Zahlen.',
  installs: 'Hinzugefügt',
  table: 'Alle Zahlen, die neuesten zuerst',
  from: { day: 'Tag', week: 'Woche ab', month: 'Monat' },
  total: 'Summe',
  save: 'Als CSV herunterladen',
  saved: 'Die Datei liegt bei Ihren Downloads.',
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
