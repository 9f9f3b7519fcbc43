import { Buffer } from 'node:buffer'
import { symbologies, symbologiesByFormat } from '@passwright/shared'
import { escapeXml, renderElement } from '../text/html.ts'
import type { Code } from './barcodes/draw.ts'
import { draw } from './barcodes/drawings.ts'

export type { Code }

/** One entry of `barcodes` in a pass.json. */
export interface Barcode {
  format: string
  message: string
  messageEncoding: string
}

/** Drawings take turns between their owners; those that nobody waits for have none. */
const NO_OWNER = ''

/** Whether a barcode has a known symbology and a message that this symbology may be able to carry. */
export function isDrawable({ format, message }: Barcode): boolean {
  const symbology = symbologiesByFormat.get(format)
  return symbology !== undefined && message !== '' && message.length <= symbology.maxDigits
}

/** Draws a barcode; undefined when the symbology is unknown or cannot carry the message. */
export async function drawBarcode(barcode: Barcode, owner = NO_OWNER): Promise<Code | undefined> {
  const drawing = symbologiesByFormat.get(barcode.format)?.drawing
  if (drawing === undefined || !isDrawable(barcode)) return undefined
  const result = await draw({ kind: 'path', drawing, bytes: encodeMessage(barcode) }, owner)
  return result instanceof Uint8Array ? undefined : result
}

/** Encodes the message as bytes, one per character, as bwip-js expects them. */
function encodeMessage({ message, messageEncoding }: Barcode): string {
  const isLatin = /^(?:iso-8859-1|latin1|us-ascii)$/i.test(messageEncoding)
  return isLatin && /^[\0-\xff]*$/.test(message) ? message : Buffer.from(message).toString('latin1')
}

/** Renders a QR code as an SVG that fills its container; its title is the text. */
export async function renderQrSvg(text: string, owner = NO_OWNER): Promise<string> {
  const { format } = symbologies.QR
  const code = await drawBarcode({ format, message: text, messageEncoding: 'utf-8' }, owner)
  if (code === undefined) throw createTooLong()
  const { path, width, height } = code
  const paper = renderElement('rect', { width, height, fill: '#ffffff' })
  const dark = renderElement('path', { d: path, fill: '#000000', 'shape-rendering': 'crispEdges' })
  return renderElement(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', viewBox: `0 0 ${width} ${height}`, role: 'img' },
    renderElement('title', {}, escapeXml(text)) + paper + dark,
  )
}

/** Renders a QR code as a PNG for emails; each side has at least `minPixels`. */
export async function renderQrPng(text: string, minPixels = 480): Promise<Uint8Array> {
  const bytes = Buffer.from(text).toString('latin1')
  const png = await draw({ kind: 'qr-png', bytes, minPixels }, NO_OWNER)
  if (png instanceof Uint8Array) return png
  throw createTooLong()
}

function createTooLong(): RangeError {
  return new RangeError('A QR code carries 1 to 2,331 bytes')
}
