import type { Locale } from '@passwright/shared/schema'
import { escapeHtml } from '../../web/page.ts'

/** Every text of our letters by its key, and what may be filled in there as `{{…}}`. */
export const messagePlaceholders = {
  subject: ['name', 'title', 'organizationName'],
  preheader: ['name', 'title', 'organizationName'],
  greeting: ['name'],
  greetingWithoutName: [],
  message: ['title', 'organizationName'],
  invitation: ['title', 'organizationName'],
  voided: ['title', 'organizationName'],
  expired: ['title', 'organizationName'],
  development: [],
  attached: [],
  computer: [],
  computerScan: [],
  computerOpen: [],
  codeAlt: [],
  android: [],
  androidHow: [],
  androidHowWithoutCode: [],
  link: [],
  why: ['title', 'organizationName'],
  keySubject: ['publicUrl'],
  keyIntro: ['publicUrl'],
  keyCare: [],
  keyLimit: ['limit'],
  keyUnlimited: [],
  keyTry: [],
  keyMore: [],
  keyWhy: ['publicUrl'],
  knownSubject: ['publicUrl'],
  knownIntro: ['publicUrl'],
  knownLost: [],
  knownWhy: ['publicUrl'],
} as const satisfies Record<string, readonly MessagePlaceholder[]>

/** What may stand between the braces of a word. */
export type MessagePlaceholder = 'name' | 'title' | 'organizationName' | 'publicUrl' | 'limit'

export type MessageKey = keyof typeof messagePlaceholders

/** The texts of the letters in one language. */
export type EmailMessages = Readonly<Record<MessageKey, string>>

/** A text of ours with its placeholders filled in, as plain text and as HTML. */
export interface FilledMessage {
  text: string
  html: string
}

/** Fills a word in. What comes from callers keeps its own direction and is escaped. */
export function fillMessage(
  word: string,
  values: Partial<Record<MessagePlaceholder, string>> = {},
): FilledMessage {
  const known: Record<string, string | undefined> = values
  const filled = (text: string, write: (value: string) => string) =>
    text.replace(/\{\{([^{}]*)\}\}/g, (braces, between: string) => {
      const value = known[between.trim()]
      return value === undefined ? braces : write(value)
    })
  return {
    text: filled(word, (value) => value),
    html: filled(
      escapeHtml(word).replaceAll('\n', '<br>'),
      (value) => `<span dir="auto">${escapeHtml(value)}</span>`,
    ),
  }
}

/** The words that are ours, where an operator has none. */
export const builtInMessages: Record<Locale, EmailMessages> = {
  en: {
    subject: 'Your pass: {{title}}',
    preheader: 'From {{organizationName}}, for Apple Wallet.',
    greeting: 'Hello {{name}},',
    greetingWithoutName: 'Hello,',
    message: 'Here is your pass “{{title}}”.',
    invitation: 'Add it to Apple Wallet, and it is at hand whenever you need it.',
    voided: 'This pass has been voided and is no longer valid.',
    expired: 'This pass has expired.',
    development:
      'This is a test pass: it is signed by a development certificate, and iPhones refuse it.',
    attached: 'The pass is also attached to this mail. On an iPhone, tap the attachment.',
    computer: 'Reading this on a computer?',
    computerScan: 'Scan this code with the camera of your iPhone.',
    computerOpen: 'Open the link above on your iPhone.',
    codeAlt: 'QR code of the link to your pass',
    android: 'On Android?',
    androidHow:
      'Wallet is Apple’s and only on its devices. There are Android apps that open .pkpass files; the attached file works with them. Otherwise open the link and show the code on your screen.',
    androidHowWithoutCode:
      'Wallet is Apple’s and only on its devices. There are Android apps that open .pkpass files; the attached file works with them.',
    link: 'The link to your pass:',
    why: 'You get this mail because {{organizationName}} sent you this pass.',
    keySubject: 'Your API key',
    keyIntro: 'Here is your API key for {{publicUrl}}:',
    keyCare: 'Keep it as you would a password: whoever has it can make passes in your name.',
    keyLimit: 'It makes {{limit}} passes a month, free of charge.',
    keyUnlimited: 'It makes as many passes as you like.',
    keyTry: 'To try it, paste this line into a terminal. It writes a pass to member.pkpass:',
    keyMore: 'Everything else stands here:',
    keyWhy:
      'You get this mail because somebody asked for an API key for this address at {{publicUrl}}. If it was not you, you can delete it.',
    knownSubject: 'You already have an API key',
    knownIntro:
      'Somebody, probably you, asked for an API key for this address at {{publicUrl}}. There is one already: each address gets one, and it is not sent a second time.',
    knownLost:
      'Have you lost it? Reply to this mail or ask whoever runs this server: with “passwright keys rotate” they replace it by a new one.',
    knownWhy:
      'If it was not you who asked at {{publicUrl}}, there is nothing to do: your key stays as it is, and nobody has seen it.',
  },
  de: {
    subject: 'Ihre Karte: {{title}}',
    preheader: 'Von {{organizationName}}, für Apple Wallet.',
    greeting: 'Guten Tag {{name}},',
    greetingWithoutName: 'Guten Tag,',
    message: 'hier ist Ihre Karte „{{title}}“.',
    invitation: 'Fügen Sie sie zu Apple Wallet hinzu, dann haben Sie sie immer dabei.',
    voided: 'Diese Karte wurde für ungültig erklärt und gilt nicht mehr.',
    expired: 'Diese Karte ist abgelaufen.',
    development:
      'Dies ist eine Testkarte: Sie ist mit einem Entwicklungszertifikat signiert, und iPhones lehnen sie ab.',
    attached:
      'Die Karte liegt dieser E-Mail auch als Anhang bei. Tippen Sie ihn auf einem iPhone an.',
    computer: 'Lesen Sie dies am Computer?',
    computerScan: 'Scannen Sie diesen Code mit der Kamera Ihres iPhones.',
    computerOpen: 'Öffnen Sie den Link oben auf Ihrem iPhone.',
    codeAlt: 'QR-Code mit dem Link zu Ihrer Karte',
    android: 'Haben Sie ein Android-Gerät?',
    androidHow:
      'Wallet gibt es nur auf Geräten von Apple. Für Android gibt es Apps, die .pkpass-Dateien öffnen; mit ihnen lässt sich der Anhang verwenden. Sonst öffnen Sie den Link und zeigen den Code auf dem Bildschirm vor.',
    androidHowWithoutCode:
      'Wallet gibt es nur auf Geräten von Apple. Für Android gibt es Apps, die .pkpass-Dateien öffnen; mit ihnen lässt sich der Anhang verwenden.',
    link: 'Der Link zu Ihrer Karte:',
    why: 'Sie erhalten diese E-Mail, weil {{organizationName}} Ihnen diese Karte geschickt hat.',
    keySubject: 'Ihr API-Schlüssel',
    keyIntro: 'hier ist Ihr API-Schlüssel für {{publicUrl}}:',
    keyCare: 'Hüten Sie ihn wie ein Passwort: Wer ihn hat, kann in Ihrem Namen Karten erstellen.',
    keyLimit: 'Mit ihm lassen sich {{limit}} Karten im Monat kostenlos erstellen.',
    keyUnlimited: 'Mit ihm lassen sich beliebig viele Karten erstellen.',
    keyTry:
      'Zum Ausprobieren fügen Sie diese Zeile in ein Terminal ein. Sie schreibt eine Karte in die Datei member.pkpass:',
    keyMore: 'Alles Weitere steht hier:',
    keyWhy:
      'Sie erhalten diese E-Mail, weil jemand bei {{publicUrl}} einen API-Schlüssel für diese Adresse angefordert hat. Waren Sie das nicht, können Sie sie löschen.',
    knownSubject: 'Sie haben bereits einen API-Schlüssel',
    knownIntro:
      'jemand, vermutlich Sie selbst, hat bei {{publicUrl}} einen API-Schlüssel für diese Adresse angefordert. Es gibt schon einen: Jede Adresse erhält einen, und er wird nicht ein zweites Mal verschickt.',
    knownLost:
      'Haben Sie ihn verloren? Antworten Sie auf diese E-Mail, oder fragen Sie, wer diesen Server betreibt: Mit „passwright keys rotate“ wird er durch einen neuen ersetzt.',
    knownWhy:
      'Haben Sie bei {{publicUrl}} nichts angefordert, ist nichts zu tun: Ihr Schlüssel bleibt, wie er ist, und niemand hat ihn gesehen.',
  },
}
