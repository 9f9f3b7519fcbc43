import type { Locale } from '@passwright/shared/schema'
import type { PassStatus } from '../../passes/store/pass.ts'

/** What the share page offers for a pass: to add it to Wallet, only its file, or nothing. */
export type Offer = 'wallet' | 'file' | 'nothing'

/** The texts of the share page; `{date}` and `{organization}` are placeholders. */
export interface SharePageMessages {
  /** Shown in link previews. */
  descriptions: Record<Offer, string>
  /** Below the heading, if the organization is known. */
  from: string
  walletHint: string
  scan: string
  scanOnTablet: string
  qrCode: string
  download: string
  /** For Android; `androidCode` is added if the pass has a barcode. */
  android: string
  androidCode: string
  /** In place of some others while Google Wallet is on. */
  google: {
    description: string
    scan: string
    scanOnTablet: string
    add: string
    file: string
    /** A heading, in place of `actions.scan`. */
    nearby: string
  }
  otherDevice: string
  actions: { wallet: string; scan: string; android: string }
  fileAnyway: string
  asText: string
  back: string
  unnamed: string
  code: string
  validUntil: string
  private: string
  notices: { [Status in Exclude<PassStatus, 'valid'>]: { title: string; text: string } }
  unknown: { title: string; text: string; help: string }
}

/** The texts of the share page in every supported language. */
export const sharePageMessages: Record<Locale, SharePageMessages> = {
  en: {
    descriptions: {
      wallet: 'A pass for Apple Wallet. Open this page on your iPhone to add it.',
      file: 'A pass for Apple Wallet that is no longer valid.',
      nothing: 'A pass for Apple Wallet that is not available.',
    },
    from: 'From {organization}',
    walletHint: 'If nothing happens, open this page in Safari.',
    scan: 'Scan this with the camera of your iPhone to add the pass to Apple Wallet.',
    scanOnTablet:
      'Passes live in Apple Wallet on an iPhone. Scan this with its camera to add the pass there.',
    qrCode: 'QR code with the address of this page',
    download: 'Download the pass',
    android:
      'Apple Wallet is only on Apple’s devices. On Android, Google Wallet and other apps can often open the file.',
    androidCode: 'Or save this page and show the code in the picture when asked for it.',
    google: {
      description:
        'A pass for Apple Wallet and Google Wallet. Open this page on your phone to add it.',
      scan: 'Scan this with the camera of your phone to add the pass to Apple Wallet or Google Wallet.',
      scanOnTablet:
        'Passes live in the wallet of a phone. Scan this with its camera to add the pass there.',
      add: 'Add to Google Wallet',
      file: 'Or download the pass for another wallet app',
      nearby: 'On a phone nearby',
    },
    otherDevice: 'On another device?',
    actions: {
      wallet: 'On an iPhone',
      scan: 'On an iPhone nearby',
      android: 'On Android',
    },
    fileAnyway: 'Download the file anyway',
    asText: 'The pass as text',
    back: 'On the back',
    unnamed: 'Note',
    code: 'Below the code',
    validUntil: 'Valid until',
    private:
      'Anyone with the link to this page can see and add this pass. Share it only with people you trust.',
    notices: {
      development: {
        title: 'A test pass',
        text: 'iPhones do not accept it, because it is signed with a development certificate.',
      },
      expired: { title: 'Expired', text: 'This pass expired on {date}.' },
      voided: {
        title: 'No longer valid',
        text: 'The issuer has voided this pass.',
      },
      deleted: {
        title: 'No longer available',
        text: 'The issuer has withdrawn this pass.',
      },
      unsigned: {
        title: 'Temporarily unavailable',
        text: 'This pass cannot be added to Wallet at the moment. Try again later, or contact the issuer.',
      },
    },
    unknown: {
      title: 'There is no pass at this address',
      text: 'The link may be incomplete, or the pass no longer exists.',
      help: 'Open the link again from the message it came in, or ask the sender for a new one.',
    },
  },
  de: {
    descriptions: {
      wallet:
        'Eine Karte für Apple Wallet. Öffnen Sie diese Seite auf Ihrem iPhone, um sie hinzuzufügen.',
      file: 'Eine Karte für Apple Wallet, die nicht mehr gültig ist.',
      nothing: 'Eine Karte für Apple Wallet, die nicht verfügbar ist.',
    },
    from: 'Von {organization}',
    walletHint: 'Wenn nichts passiert, öffnen Sie diese Seite in Safari.',
    scan: 'Scannen Sie diesen Code mit der Kamera Ihres iPhones, um die Karte zu Apple Wallet hinzuzufügen.',
    scanOnTablet:
      'Karten liegen in Apple Wallet auf einem iPhone. Scannen Sie diesen Code mit dessen Kamera, um die Karte dort hinzuzufügen.',
    qrCode: 'QR-Code mit der Adresse dieser Seite',
    download: 'Karte herunterladen',
    android:
      'Apple Wallet gibt es nur auf Geräten von Apple. Auf Android können Google Wallet und andere Apps die Datei oft öffnen.',
    androidCode: 'Oder Sie speichern sich diese Seite und zeigen bei Bedarf den Code im Bild vor.',
    google: {
      description:
        'Eine Karte für Apple Wallet und Google Wallet. Öffnen Sie diese Seite auf Ihrem Smartphone, um sie hinzuzufügen.',
      scan: 'Scannen Sie diesen Code mit der Kamera Ihres Smartphones, um die Karte zu Apple Wallet oder Google Wallet hinzuzufügen.',
      scanOnTablet:
        'Karten liegen in der Wallet eines Smartphones. Scannen Sie diesen Code mit dessen Kamera, um die Karte dort hinzuzufügen.',
      add: 'Zu Google Wallet hinzufügen',
      file: 'Oder die Karte für eine andere Wallet-App herunterladen',
      nearby: 'Mit einem Smartphone in der Nähe',
    },
    otherDevice: 'Auf einem anderen Gerät?',
    actions: {
      wallet: 'Auf einem iPhone',
      scan: 'Mit einem iPhone in der Nähe',
      android: 'Auf Android',
    },
    fileAnyway: 'Datei trotzdem herunterladen',
    asText: 'Die Karte als Text',
    back: 'Auf der Rückseite',
    unnamed: 'Hinweis',
    code: 'Unter dem Code',
    validUntil: 'Gültig bis',
    private:
      'Wer die Adresse dieser Seite kennt, kann die Karte sehen und hinzufügen. Geben Sie sie nur an Menschen weiter, denen Sie vertrauen.',
    notices: {
      development: {
        title: 'Eine Testkarte',
        text: 'iPhones lehnen sie ab, weil sie mit einem Entwicklungszertifikat signiert ist.',
      },
      expired: { title: 'Abgelaufen', text: 'Diese Karte ist am {date} abgelaufen.' },
      voided: {
        title: 'Nicht mehr gültig',
        text: 'Diese Karte wurde für ungültig erklärt.',
      },
      deleted: {
        title: 'Nicht mehr vorhanden',
        text: 'Diese Karte wurde zurückgezogen.',
      },
      unsigned: {
        title: 'Gerade nicht verfügbar',
        text: 'Diese Karte kann im Augenblick nicht zu Wallet hinzugefügt werden. Versuchen Sie es später noch einmal, oder fragen Sie dort nach, wo Sie sie bekommen haben.',
      },
    },
    unknown: {
      title: 'Unter dieser Adresse gibt es keine Karte',
      text: 'Vielleicht ist der Link unvollständig, oder die Karte gibt es nicht mehr.',
      help: 'Öffnen Sie den Link noch einmal aus der Nachricht, in der er kam, oder bitten Sie dort um einen neuen.',
    },
  },
}
