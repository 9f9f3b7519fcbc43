import type { Locale } from '@passwright/shared/schema'

const en = {
  title: 'Statistics · Passwright',
  skip: 'Skip to the statistics',
  site: 'Site',
  editor: 'Editor',
  docs: 'Docs',
  heading: 'What became of your passes',
  lead: 'How many were created, added to a wallet and removed from one.',
  key: 'API key',
  keyHelp: 'It stays in this page until you close it, and goes nowhere but to this service.',
  by: 'By',
  day: 'Day',
  week: 'Week',
  month: 'Month',
  template: 'Template',
  all: 'All passes',
  show: 'Show',
  noScript: 'This page needs JavaScript in your browser. GET /api/stats has the same figures.',
  more: 'What is counted, and how to get it as JSON or CSV',
}

/** What the page says before there are figures. */
type StatsPageMessages = typeof en

const de: StatsPageMessages = {
  title: 'Statistik · Passwright',
  skip: 'Zur Statistik springen',
  site: 'Seiten',
  editor: 'Editor',
  docs: 'Doku',
  heading: 'Was aus Ihren Pässen wurde',
  lead: 'Wie viele erstellt, in ein Wallet gelegt und daraus entfernt wurden.',
  key: 'API-Schlüssel',
  keyHelp:
    'Er bleibt nur in dieser Seite, bis Sie sie schließen, und geht an niemanden außer diesen Dienst.',
  by: 'Nach',
  day: 'Tag',
  week: 'Woche',
  month: 'Monat',
  template: 'Vorlage',
  all: 'Alle Pässe',
  show: 'Anzeigen',
  noScript: 'Diese Seite braucht JavaScript im Browser. GET /api/stats enthält dieselben Zahlen.',
  more: 'Was gezählt wird, auch als JSON und CSV (englisch)',
}

export const statsPageMessages: Record<Locale, StatsPageMessages> = { en, de }
