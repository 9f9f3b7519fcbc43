import { Buffer } from 'node:buffer'
import { type Symbology, type SymbologyDrawing, symbologies } from '@passwright/shared'
import bwip from 'bwip-js'
import { LRUCache } from 'lru-cache'
import { escapeXml, renderElement } from '../text/html.ts'

/** One entry of `barcodes` in a pass.json. */
export interface Barcode {
  format: string
  message: string
  messageEncoding: string
}

/** A barcode measured in modules, its quiet zone included; the path is its dark area. */
export interface Code {
  path: string
  width: number
  height: number
  isSquare: boolean
}

const byFormat = new Map<string, Symbology>(
  Object.values(symbologies).map((symbology) => [symbology.format, symbology]),
)

// The largest QR and Aztec codes take 80 to 400 ms to compute, and pages draw the same one often.
const cache = new LRUCache<string, Code>({
  maxSize: 8_000_000,
  sizeCalculation: ({ path }, key) => path.length + key.length,
})

/** Draws a barcode; undefined when the symbology is unknown or cannot carry the message. */
export function drawBarcode(barcode: Barcode): Code | undefined {
  const drawing = byFormat.get(barcode.format)?.drawing
  if (drawing === undefined || barcode.message === '') return undefined
  const bytes = encodeMessage(barcode)
  const key = `${drawing.name} ${bytes}`
  const cached = cache.get(key)
  if (cached !== undefined) return cached
  const code = drawBytes(drawing, bytes)
  if (code !== undefined) cache.set(key, code)
  return code
}

function drawBytes(
  { name, options, quietZone, isSquare }: SymbologyDrawing,
  bytes: string,
): Code | undefined {
  try {
    const [symbol] = bwip.raw({ bcid: name, text: bytes, binarytext: true, ...options })
    if (symbol === undefined) return undefined
    const { bars, width, height } = 'pixs' in symbol ? toMatrixBars(symbol) : toLinearBars(symbol)
    const path = bars.map(
      ([x, y, w, h]) => `M${x + quietZone.x} ${y + quietZone.y}h${w}v${h}h-${w}z`,
    )
    const size = { width: width + 2 * quietZone.x, height: height + 2 * quietZone.y }
    return { path: path.join(''), ...size, isSquare }
  } catch {
    // The message of a caller's own `barcodes` may be longer than the symbology can carry.
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
function toMatrixBars({ pixs, pixx, pixy }: { pixs: number[]; pixx: number; pixy: number }): Bars {
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

/** Alternating bars and spaces; the height is a good fifth of the whole width. */
function toLinearBars({ sbs }: { sbs: number[] }): Bars {
  const width = sbs.reduce((sum, stripe) => sum + stripe, 0)
  const height = Math.round(width * 0.22)
  const bars: Bar[] = []
  let x = 0
  for (const [index, stripe] of sbs.entries()) {
    if (index % 2 === 0) bars.push([x, 0, stripe, height])
    x += stripe
  }
  return { bars, width, height }
}

/** Encodes the message as bytes, one per character, as bwip-js expects them. */
function encodeMessage({ message, messageEncoding }: Barcode): string {
  const isLatin = /^(?:iso-8859-1|latin1|us-ascii)$/i.test(messageEncoding)
  return isLatin && /^[\0-\xff]*$/.test(message) ? message : Buffer.from(message).toString('latin1')
}

/** Renders a QR code as an SVG that fills its container; its title is the text. */
export function renderQrSvg(text: string): string {
  const { path, width, height } = drawQrCode(text)
  const paper = renderElement('rect', { width, height, fill: '#ffffff' })
  const code = renderElement('path', { d: path, fill: '#000000', 'shape-rendering': 'crispEdges' })
  return renderElement(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', viewBox: `0 0 ${width} ${height}`, role: 'img' },
    renderElement('title', {}, escapeXml(text)) + paper + code,
  )
}

/** Renders a QR code as a PNG for emails; each side has at least `minPixels`. */
export function renderQrPng(text: string, minPixels = 480): Promise<Uint8Array> {
  const { name, options } = symbologies.QR.drawing
  const { width } = drawQrCode(text)
  return bwip.toBuffer({
    bcid: name,
    text: Buffer.from(text).toString('latin1'),
    binarytext: true,
    ...options,
    // bwip-js draws a module two pixels wide and counts the padding in halves of one.
    scale: Math.ceil(minPixels / width / 2),
    padding: 8,
    backgroundcolor: 'FFFFFF',
  })
}

function drawQrCode(text: string): Code {
  const { format } = symbologies.QR
  const code = drawBarcode({ format, message: text, messageEncoding: 'utf-8' })
  if (code === undefined) throw new RangeError('A QR code carries 1 to 2,331 bytes')
  return code
}
