import { Buffer } from 'node:buffer'
import bwip from 'bwip-js'
import { LRUCache } from 'lru-cache'
import { element, escapeXml } from './pass-card/svg.ts'

/** One entry of `barcodes` in a pass.json. */
export interface Barcode {
  format: string
  message: string
  messageEncoding: string
}

/** A code in modules, its quiet zone included: the path is what is dark. */
export interface Code {
  path: string
  width: number
  height: number
  isSquare: boolean
}

interface Symbology {
  name: string
  options?: object
  /** What has to stay white around it, in modules. */
  quiet: { x: number; y: number }
  isSquare: boolean
}

const qr: Symbology = {
  name: 'qrcode',
  options: { eclevel: 'M' },
  quiet: { x: 4, y: 4 },
  isSquare: true,
}

/** Apple's formats in the words of bwip-js, with the error correction that phones draw. */
const symbologies: Record<string, Symbology> = {
  PKBarcodeFormatQR: qr,
  PKBarcodeFormatPDF417: { name: 'pdf417', quiet: { x: 2, y: 2 }, isSquare: false },
  PKBarcodeFormatAztec: { name: 'azteccode', quiet: { x: 2, y: 2 }, isSquare: true },
  PKBarcodeFormatCode128: { name: 'code128', quiet: { x: 10, y: 0 }, isSquare: false },
}

// The largest QR and Aztec codes take 80 to 400 ms to work out, and a page asks for one often.
const drawn = new LRUCache<string, Code>({
  maxSize: 8_000_000,
  sizeCalculation: ({ path }, key) => path.length + key.length,
})

/** Draws a code; undefined when the symbology cannot carry the message, or nobody knows it. */
export function drawBarcode(barcode: Barcode): Code | undefined {
  const symbology = Object.hasOwn(symbologies, barcode.format)
    ? symbologies[barcode.format]
    : undefined
  if (symbology === undefined || barcode.message === '') return undefined
  const bytes = messageBytes(barcode)
  const key = `${symbology.name} ${bytes}`
  const known = drawn.get(key)
  if (known !== undefined) return known
  const code = drawAnew(symbology, bytes)
  if (code !== undefined) drawn.set(key, code)
  return code
}

function drawAnew({ name, options, quiet, isSquare }: Symbology, bytes: string): Code | undefined {
  try {
    const [symbol] = bwip.raw({ bcid: name, text: bytes, binarytext: true, ...options })
    if (symbol === undefined) return undefined
    const { bars, width, height } = 'pixs' in symbol ? matrix(symbol) : stripes(symbol)
    const path = bars.map(([x, y, w, h]) => `M${x + quiet.x} ${y + quiet.y}h${w}v${h}h-${w}z`)
    const size = { width: width + 2 * quiet.x, height: height + 2 * quiet.y }
    return { path: path.join(''), ...size, isSquare }
  } catch {
    // A message from a caller's own `barcodes` may be more than the symbology carries.
    return undefined
  }
}

/** x, y, width and height of a dark rectangle. */
type Bar = [number, number, number, number]

interface Bars {
  bars: Bar[]
  width: number
  height: number
}

/** The dark runs of each row of modules. */
function matrix({ pixs, pixx, pixy }: { pixs: number[]; pixx: number; pixy: number }): Bars {
  const rows = pixs.length / pixx
  const rowHeight = pixy / rows
  const bars: Bar[] = []
  for (let row = 0; row < rows; row += 1) {
    let start = -1
    for (let column = 0; column <= pixx; column += 1) {
      const isDark = column < pixx && pixs[row * pixx + column] === 1
      if (isDark && start < 0) start = column
      if (isDark || start < 0) continue
      bars.push([start, row * rowHeight, column - start, rowHeight])
      start = -1
    }
  }
  return { bars, width: pixx, height: pixy }
}

/** Bars and spaces in turn, a good fifth as high as all of them are wide. */
function stripes({ sbs }: { sbs: number[] }): Bars {
  const width = sbs.reduce((sum, stripe) => sum + stripe, 0)
  const height = Math.round(width * 0.22)
  const bars: Bar[] = []
  let at = 0
  for (const [index, stripe] of sbs.entries()) {
    if (index % 2 === 0) bars.push([at, 0, stripe, height])
    at += stripe
  }
  return { bars, width, height }
}

/** The message's bytes, one per character, as bwip-js takes them. */
function messageBytes({ message, messageEncoding }: Barcode): string {
  const isLatin = /^(?:iso-8859-1|latin1|us-ascii)$/i.test(messageEncoding)
  return isLatin && /^[\0-\xff]*$/.test(message) ? message : Buffer.from(message).toString('latin1')
}

/** A QR code as an SVG of its own, as large as its place; it is called by its text. */
export function renderQrSvg(text: string): string {
  const { path, width, height } = qrCode(text)
  const paper = element('rect', { width, height, fill: '#ffffff' })
  const code = element('path', { d: path, fill: '#000000', 'shape-rendering': 'crispEdges' })
  return element(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', viewBox: `0 0 ${width} ${height}`, role: 'img' },
    element('title', {}, escapeXml(text)) + paper + code,
  )
}

/** A QR code as a PNG for mails, each side at least so many pixels. */
export function renderQrPng(text: string, pixels = 480): Promise<Uint8Array> {
  const { width } = qrCode(text)
  return bwip.toBuffer({
    bcid: qr.name,
    text: Buffer.from(text).toString('latin1'),
    binarytext: true,
    ...qr.options,
    // bwip-js draws a module two pixels wide and counts the padding in halves of one.
    scale: Math.ceil(pixels / width / 2),
    padding: 8,
    backgroundcolor: 'FFFFFF',
  })
}

function qrCode(text: string): Code {
  const code = drawBarcode({ format: 'PKBarcodeFormatQR', message: text, messageEncoding: 'utf-8' })
  if (code === undefined) throw new RangeError('A QR code carries 1 to 2,331 bytes')
  return code
}
