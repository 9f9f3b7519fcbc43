import type { Locale } from '@passwright/shared/schema'

const en = {
  title: 'Passwright: Apple Wallet passes from JSON',
  skip: 'Skip to the editor',
  docs: 'Docs',
  stats: 'Statistics',
  key: 'Get a key',
  site: 'Site',
  heading: 'Design a pass, then let your workflow make it',
  lead: 'Passwright turns JSON into signed Apple Wallet passes: one HTTP call, one step in n8n, or one Zap. Change something below and watch the card; when it looks right, copy the same pass into your workflow.',
  editor: 'The pass',
  findings: 'What needs your attention',
  card: 'The card in Wallet',
  toCard: 'To the card',
  sample: 'Download a sample pass',
  sampleHelp: 'Without a key, to see the file itself.',
  noScript:
    'The editor needs JavaScript in your browser. Without it, this is the sample above as a command; the documentation lists every field.',
  getKey: 'Get an API key',
  keyLabel: 'Your email address. We send you a free key right away.',
  keyButton: 'Send me a key',
  keyClosed: 'Ask the operator of this server for an API key.',
  readMore: 'Read more',
  docsHelp: 'the reference of every request, and the guides',
  statsHelp: 'what became of your passes',
  openApiHelp: 'the same for programs',
  healthHelp: 'is the service up?',
  readyHelp: 'can it create passes?',
  version: 'Version',
}

/** What the home page says, but for the editor on it. */
export type HomeMessages = typeof en

const de: HomeMessages = {
  title: 'Passwright: Apple-Wallet-Pässe aus JSON',
  skip: 'Zum Editor springen',
  docs: 'Doku',
  stats: 'Statistik',
  key: 'Schlüssel',
  site: 'Seiten',
  heading: 'Den Pass gestalten, den Ablauf ihn erstellen lassen',
  lead: 'Passwright macht aus JSON signierte Pässe für Apple Wallet: ein HTTP-Aufruf, ein Schritt in n8n oder ein Zap. Ändern Sie unten etwas und sehen Sie der Karte zu; gefällt sie Ihnen, kopieren Sie denselben Pass in Ihren Ablauf.',
  editor: 'Der Pass',
  findings: 'Was noch Ihre Aufmerksamkeit braucht',
  card: 'Die Karte in Wallet',
  toCard: 'Zur Karte',
  sample: 'Beispielpass herunterladen',
  sampleHelp: 'Ohne Schlüssel, um die Datei selbst zu sehen.',
  noScript:
    'Der Editor braucht JavaScript im Browser. Ohne JavaScript: das Beispiel oben als Befehl; die Dokumentation (englisch) nennt alle Felder.',
  getKey: 'Einen API-Schlüssel bekommen',
  keyLabel: 'Ihre E-Mail-Adresse. Wir senden Ihnen sofort einen kostenlosen Schlüssel.',
  keyButton: 'Schlüssel senden',
  keyClosed: 'Einen API-Schlüssel bekommen Sie vom Betreiber dieses Servers.',
  readMore: 'Weiterlesen',
  docsHelp: 'alle Anfragen und die Anleitungen (englisch)',
  statsHelp: 'was aus Ihren Pässen wurde',
  openApiHelp: 'die Schnittstelle für Programme',
  healthHelp: 'Läuft der Dienst?',
  readyHelp: 'Kann er Pässe erstellen?',
  version: 'Version',
}

export const homeMessages: Record<Locale, HomeMessages> = { en, de }

/** What the page says after somebody asked for a key. */
export const keyRequestedMessages: Record<
  Locale,
  Record<'title' | 'lead' | 'help' | 'back', string>
> = {
  en: {
    title: 'Check your inbox',
    lead: 'We are sending an email to the address you entered. It contains your API key, or explains how to have the one you already have replaced.',
    help: 'Nothing there after a few minutes? Check your spam folder, then ask the operator of this server.',
    back: 'Back',
  },
  de: {
    title: 'Sehen Sie in Ihr Postfach',
    lead: 'Wir senden eine E-Mail an die Adresse, die Sie eingegeben haben. Sie enthält Ihren API-Schlüssel oder erklärt, wie Sie den vorhandenen ersetzen lassen.',
    help: 'Nach ein paar Minuten noch nichts da? Sehen Sie im Spam-Ordner nach, und fragen Sie dann den Betreiber dieses Servers.',
    back: 'Zurück',
  },
}
