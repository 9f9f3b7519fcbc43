// A copy of shared/src/portable/symbologies.ts, made by "npm run sync": change it there.

/** A barcode symbology: Apple's name for it, what it can carry, and how it is drawn. */
export interface Symbology {
  /** Apple's constant for `barcodes[].format` in pass.json. */
  format: string
  /** The longest message in bytes, at the error correction that phones draw. */
  maxBytes: number
  /** The longest message of digits only, which are packed closer. */
  maxDigits: number
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
    drawing: { name: 'pdf417', quietZone: { x: 2, y: 2 }, isSquare: false },
  },
  Aztec: {
    format: 'PKBarcodeFormatAztec',
    maxBytes: 1914,
    maxDigits: 3832,
    drawing: { name: 'azteccode', quietZone: { x: 2, y: 2 }, isSquare: true },
  },
  Code128: {
    format: 'PKBarcodeFormatCode128',
    maxBytes: 500,
    maxDigits: 500,
    asciiOnly: true,
    drawing: { name: 'code128', quietZone: { x: 10, y: 0 }, isSquare: false },
  },
} as const satisfies Record<string, Symbology>

export type BarcodeFormat = keyof typeof symbologies

/** The names of all symbologies, in the order of the table. */
export const barcodeFormats = Object.keys(symbologies) as [BarcodeFormat, ...BarcodeFormat[]]
