import type { Locale } from '@passwright/shared/schema'
import { escapeHtml } from '../../text/html.ts'

/** Every text of our emails by its key, with its placeholders. Operators' files use the same keys. */
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
  google: [],
  googleHow: [],
  preheaderWithGoogle: ['name', 'title', 'organizationName'],
  invitationWithGoogle: ['title', 'organizationName'],
  computerScanWithGoogle: [],
  computerOpenWithGoogle: [],
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

/** The name of a placeholder, which is written `{{name}}`. */
export type MessagePlaceholder = 'name' | 'title' | 'organizationName' | 'publicUrl' | 'limit'

export type MessageKey = keyof typeof messagePlaceholders

/** The texts of our emails in one language. */
export type EmailMessages = Readonly<Record<MessageKey, string>>

/** A text with its placeholders filled in, as plain text and as HTML. */
export interface FilledMessage {
  text: string
  html: string
}

/** Fills in the placeholders of a text. In HTML, each value is escaped and keeps its own text direction. */
export function fillMessage(
  message: string,
  values: Partial<Record<MessagePlaceholder, string>> = {},
): FilledMessage {
  const valuesByName: Record<string, string | undefined> = values
  const fill = (text: string, format: (value: string) => string) =>
    text.replace(/\{\{([^{}]*)\}\}/g, (placeholder, name: string) => {
      const value = valuesByName[name.trim()]
      return value === undefined ? placeholder : format(value)
    })
  return {
    text: fill(message, (value) => value),
    html: fill(
      escapeHtml(message).replaceAll('\n', '<br>'),
      (value) => `<span dir="auto">${escapeHtml(value)}</span>`,
    ),
  }
}

/** The texts that apply unless the operator's theme replaces them. */
export const builtInMessages: Record<Locale, EmailMessages> = {
  en: {
    subject: 'Your pass: {{title}}',
    preheader: 'From {{organizationName}}, for Apple Wallet.',
    greeting: 'Hello {{name}},',
    greetingWithoutName: 'Hello,',
    message: 'Here is your pass “{{title}}”.',
    invitation: 'Add it to Apple Wallet to have it with you whenever you need it.',
    voided: 'This pass has been voided and is no longer valid.',
    expired: 'This pass has expired.',
    development:
      'This is a test pass: it is signed with a development certificate, and iPhones do not accept it.',
    attached: 'The pass is also attached to this email. On an iPhone, tap the attachment.',
    computer: 'Reading this on a computer?',
    computerScan: 'Scan this code with the camera of your iPhone.',
    computerOpen: 'Open the link above on your iPhone.',
    codeAlt: 'QR code of the link to your pass',
    android: 'On Android?',
    androidHow:
      'Apple Wallet is only available on Apple devices. Some Android apps can open the attached .pkpass file. Otherwise, open the link and show the code on your screen.',
    androidHowWithoutCode:
      'Apple Wallet is only available on Apple devices. Some Android apps can open the attached .pkpass file.',
    google: 'Add to Google Wallet',
    googleHow: 'Use the link “Add to Google Wallet” above.',
    preheaderWithGoogle: 'From {{organizationName}}, for Apple Wallet and Google Wallet.',
    invitationWithGoogle:
      'Add it to Apple Wallet or Google Wallet to have it with you whenever you need it.',
    computerScanWithGoogle: 'Scan this code with the camera of your phone.',
    computerOpenWithGoogle: 'Open the link above on your phone.',
    link: 'The link to your pass:',
    why: 'You received this email because {{organizationName}} sent you this pass.',
    keySubject: 'Your API key',
    keyIntro: 'Here is your API key for {{publicUrl}}:',
    keyCare: 'Keep it safe like a password: anyone who has it can create passes in your name.',
    keyLimit: 'You can create {{limit}} passes a month with it, free of charge.',
    keyUnlimited: 'You can create as many passes as you like with it.',
    keyTry: 'To try it, paste this line into a terminal. It writes a pass to member.pkpass:',
    keyMore: 'Find everything else here:',
    keyWhy:
      'You received this email because someone requested an API key for this address at {{publicUrl}}. If it was not you, you can delete it.',
    knownSubject: 'You already have an API key',
    knownIntro:
      'Someone, probably you, requested an API key for this address at {{publicUrl}}. There already is one: each address gets one key, and it is not sent a second time.',
    knownLost:
      'Have you lost it? Reply to this email or ask the operator of this server to replace it with a new one, using “passwright keys rotate”.',
    knownWhy:
      'If you did not request anything at {{publicUrl}}, you do not need to do anything: your key is unchanged, and no one has seen it.',
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
    google: 'Zu Google Wallet hinzufügen',
    googleHow: 'Benutzen Sie den Link „Zu Google Wallet hinzufügen“ weiter oben.',
    preheaderWithGoogle: 'Von {{organizationName}}, für Apple Wallet und Google Wallet.',
    invitationWithGoogle:
      'Fügen Sie sie zu Apple Wallet oder Google Wallet hinzu, dann haben Sie sie immer dabei.',
    computerScanWithGoogle: 'Scannen Sie diesen Code mit der Kamera Ihres Smartphones.',
    computerOpenWithGoogle: 'Öffnen Sie den Link oben auf Ihrem Smartphone.',
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
      'Haben Sie ihn verloren? Antworten Sie auf diese E-Mail, oder wenden Sie sich an den Betreiber dieses Servers: Er kann ihn mit „passwright keys rotate“ durch einen neuen ersetzen.',
    knownWhy:
      'Haben Sie bei {{publicUrl}} nichts angefordert, ist nichts zu tun: Ihr Schlüssel bleibt, wie er ist, und niemand hat ihn gesehen.',
  },
}
