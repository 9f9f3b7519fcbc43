import { type SymbologyDrawing, symbologies } from '@passwright/shared'
import bwip from 'bwip-js'

/** A barcode measured in modules, its quiet zone included; the path is its dark area. */
export interface Code {
  path: string
  width: number
  height: number
  isSquare: boolean
}

/** What the drawing thread is asked for; `bytes` has one character for each byte, as bwip-js expects. */
export type DrawingJob =
  | { kind: 'path'; drawing: SymbologyDrawing; bytes: string }
  | { kind: 'qr-png'; bytes: string; minPixels: number }

export type DrawingResult = Code | Uint8Array | undefined

/** Draws a barcode; undefined when its symbology cannot carry the bytes. The largest take half a second. */
export function runDrawingJob(job: DrawingJob): DrawingResult | Promise<DrawingResult> {
  return job.kind === 'path'
    ? drawPath(job.drawing, job.bytes)
    : renderPng(job.bytes, job.minPixels)
}

function drawPath(
  { name, options, quietZone, isSquare }: SymbologyDrawing,
  bytes: string,
): Code | undefined {
  try {
    const [symbol] = encode(name, bytes, options)
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

/**
 * Encodes a message. bwip-js switches between the modes of a symbology, which takes more room for some
 * messages than their bytes alone would: those that do not fit are encoded in a plainer way.
 */
function encode(name: string, bytes: string, options: SymbologyDrawing['options']) {
  try {
    return bwip.raw({ bcid: name, text: bytes, binarytext: true, ...options })
  } catch (error) {
    const plain = plainEncodings[name]?.(bytes)
    if (plain === undefined) throw error
    return bwip.raw({ bcid: name, ...options, ...plain })
  }
}

const plainEncodings: Record<string, (bytes: string) => Omit<bwip.RawOptions, 'bcid'>> = {
  // Less correction makes room.
  qrcode: (bytes) => ({ text: bytes, binarytext: true, eclevel: 'L' }),
  pdf417: (bytes) => ({ text: toPdf417Bytes(bytes), raw: true }),
  azteccode: (bytes) => ({ text: bytes, binarytext: true, eclevel: '10' }),
}

/**
 * The codewords of a PDF417 code in byte compaction, each as `^nnn` (ISO/IEC 15438, 5.4.3): five for
 * every six bytes, and one for each byte that is left.
 */
function toPdf417Bytes(bytes: string): string {
  const codewords = [bytes.length % 6 === 0 ? 924 : 901]
  const wholeLength = bytes.length - (bytes.length % 6)
  for (let at = 0; at < wholeLength; at += 6) {
    let value = 0n
    for (const byte of bytes.slice(at, at + 6)) value = value * 256n + BigInt(byte.charCodeAt(0))
    const group: number[] = []
    for (let count = 0; count < 5; count += 1) {
      group.unshift(Number(value % 900n))
      value /= 900n
    }
    codewords.push(...group)
  }
  for (const byte of bytes.slice(wholeLength)) codewords.push(byte.charCodeAt(0))
  return codewords.map((codeword) => `^${String(codeword).padStart(3, '0')}`).join('')
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

/** Renders a QR code as a PNG; each side has at least `minPixels`. */
function renderPng(bytes: string, minPixels: number): Promise<Uint8Array> | undefined {
  const { name, options } = symbologies.QR.drawing
  const code = drawPath(symbologies.QR.drawing, bytes)
  if (code === undefined) return undefined
  return bwip.toBuffer({
    bcid: name,
    text: bytes,
    binarytext: true,
    ...options,
    // bwip-js draws a module two pixels wide and counts the padding in halves of one.
    scale: Math.ceil(minPixels / code.width / 2),
    padding: 8,
    backgroundcolor: 'FFFFFF',
  })
}
