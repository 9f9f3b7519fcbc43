/** A barcode symbology: Apple's name for it, what it can carry, and how it is drawn. */
export interface Symbology {
  /** Apple's constant for `barcodes[].format` in pass.json. */
  format: string
  /** The longest message in bytes, at the error correction that phones draw. */
  maxBytes: number
  /** The longest message of digits only, which are packed closer. */
  maxDigits: number
  /** Other characters that are packed closer where the message has nothing else. */
  text?: { pattern: RegExp; max: number; name: string }
  /** What a message must look like, where the symbology cannot carry all characters. */
  accepts?: { pattern: RegExp; message: string }
  /** A longer one is drawn so small that scanners do not read it from a phone. */
  readableLength?: number
  asciiOnly?: true
  drawing: SymbologyDrawing
}

/** How bwip-js draws a symbology. */
export interface SymbologyDrawing {
  /** What bwip-js calls it (`bcid`). */
  name: string
  options?: Record<string, string>
  /** The margin that must stay white on each side, in modules. */
  quietZone: { x: number; y: number }
  isSquare: boolean
}

/**
 * Every symbology by the name that callers use, one row each.
 * Names: https://developer.apple.com/documentation/walletpasses/pass/barcodes-data.dictionary
 * Capacity: ISO/IEC 18004 (QR, level M), 15438 (PDF417), 24778 (Aztec), 15417 (Code 128).
 */
export const symbologies = {
  QR: {
    format: 'PKBarcodeFormatQR',
    maxBytes: 2331,
    maxDigits: 5596,
    text: {
      pattern: /^[0-9A-Z $%*+\-./:]*$/,
      max: 3391,
      name: 'digits, capital letters and signs',
    },
    drawing: {
      name: 'qrcode',
      options: { eclevel: 'M' },
      quietZone: { x: 4, y: 4 },
      isSquare: true,
    },
  },
  PDF417: {
    format: 'PKBarcodeFormatPDF417',
    maxBytes: 1108,
    maxDigits: 2713,
    text: { pattern: /^(?:[A-Z ]*|[a-z ]*)$/, max: 1850, name: 'letters of one case' },
    drawing: { name: 'pdf417', quietZone: { x: 2, y: 2 }, isSquare: false },
  },
  Aztec: {
    format: 'PKBarcodeFormatAztec',
    maxBytes: 1914,
    maxDigits: 3832,
    text: { pattern: /^(?:[A-Z ]*|[a-z ]*)$/, max: 3066, name: 'letters of one case' },
    drawing: { name: 'azteccode', quietZone: { x: 2, y: 2 }, isSquare: true },
  },
  Code128: {
    format: 'PKBarcodeFormatCode128',
    maxBytes: 500,
    maxDigits: 500,
    readableLength: 80,
    asciiOnly: true,
    drawing: { name: 'code128', quietZone: { x: 10, y: 0 }, isSquare: false },
  },
} as const satisfies Record<string, Symbology>

export type BarcodeFormat = keyof typeof symbologies

/** The names of all symbologies, in the order of the table. */
export const barcodeFormats = Object.keys(symbologies) as [BarcodeFormat, ...BarcodeFormat[]]

const linear = (name: string, options?: Record<string, string>): SymbologyDrawing => ({
  name,
  ...(options && { options }),
  quietZone: { x: 10, y: 0 },
  isSquare: false,
})

/**
 * The symbologies that Wallet shows since iOS 27; callers give them in `apple.barcodes`, with a QR code
 * after them for earlier versions.
 */
export const newSymbologies: Record<string, Symbology> = {
  Code39: {
    format: 'PKBarcodeFormatCode39',
    maxBytes: 80,
    maxDigits: 80,
    readableLength: 40,
    accepts: {
      pattern: /^[0-9A-Z \-.$/+%]*$/,
      message: 'may hold only digits, capital letters, blanks and - . $ / + %',
    },
    drawing: linear('code39'),
  },
  Codabar: {
    format: 'PKBarcodeFormatCodabar',
    maxBytes: 80,
    maxDigits: 80,
    readableLength: 40,
    accepts: {
      pattern: /^[A-D][0-9\-$:/.+]+[A-D]$/,
      message: 'must hold digits and - $ : / . + between two of the letters A to D, such as A1042B',
    },
    drawing: linear('rationalizedCodabar'),
  },
  EAN13: {
    format: 'PKBarcodeFormatEAN13',
    maxBytes: 13,
    maxDigits: 13,
    accepts: {
      pattern: /^\d{13}$/,
      message: 'must be 13 digits, the last of them the check digit',
    },
    drawing: linear('ean13'),
  },
  I2of5: {
    format: 'PKBarcodeFormatI2of5',
    maxBytes: 80,
    maxDigits: 80,
    readableLength: 60,
    accepts: { pattern: /^(?:\d\d)+$/, message: 'must be digits, an even number of them' },
    drawing: linear('interleaved2of5'),
  },
}

/** Every symbology of Apple's, by its constant in pass.json. */
export const symbologiesByFormat: ReadonlyMap<string, Symbology & { name: string }> = new Map(
  [...Object.entries<Symbology>(symbologies), ...Object.entries(newSymbologies)].map(
    ([name, symbology]) => [symbology.format, { ...symbology, name }],
  ),
)
