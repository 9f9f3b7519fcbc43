import type { BarcodeFormat } from '@passwright/shared'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chooseMessageEncoding } from '../../../src/apple/barcodes.ts'
import type { PassJson } from '../../../src/apple/pass-json.ts'
import { renderQrPng, renderQrSvg } from '../../../src/web/barcode-svg.ts'
import { passCardCss } from '../../../src/web/pass-card/card-css.ts'
import { renderPassCard } from '../../../src/web/pass-card/pass-card.ts'
import { readHeader } from '../../support/images/png.ts'
import {
  readWithZbar,
  readWithZxing,
  type ZxingFormat,
} from '../../support/images/read-barcodes.ts'
import { toPassJson } from '../../support/passes/sample-passes.ts'
import { ensureDebianPackages } from '../../support/run/debian.ts'
import { openBrowser, type TestBrowser } from '../../support/web/browser.ts'

const isInstalled = await ensureDebianPackages(
  ['chromium', 'zbar-tools'],
  'barcodes read from pictures of passes in Chromium',
)

const ascii = String.fromCharCode(...Array.from({ length: 127 }, (_, index) => index + 1))
const everyByte = Array.from({ length: 1000 }, (_, n) => String.fromCharCode(1 + (n % 255))).join(
  '',
)

/** Format, description, message and device scale factor: long messages need more pixels. */
const barcodes: [BarcodeFormat, string, string, number][] = [
  ['QR', 'a short value', 'MEMBER-1042', 2],
  ['PDF417', 'a short value', 'MEMBER-1042', 2],
  ['Aztec', 'a short value', 'MEMBER-1042', 2],
  ['Code128', 'a short value', 'MEMBER-1042', 2],
  ['Code128', 'the first half of ASCII, without NUL', ascii.slice(0, 64), 6],
  ['Code128', 'the second half of ASCII', ascii.slice(64), 6],
  ...(['QR', 'PDF417', 'Aztec'] as const).flatMap((format): typeof barcodes => [
    [format, 'Latin-1', 'Zürich', 2],
    [format, 'UTF-8', 'Zürich 🎟', 2],
    [format, 'Cyrillic', 'Ада Пример', 2],
    [format, 'Japanese', '日本', 2],
    [format, 'only emoji', '🎟👨‍👩‍👧‍👦', 2],
    [format, 'all bytes of Latin-1', everyByte, 6],
  ]),
  ['Code128', 'as many characters as it can carry', 'Ab1'.repeat(30).slice(0, 80), 6],
  ['QR', 'as many bytes as it can carry', 'ü'.repeat(2331), 6],
  ['QR', 'as many digits as it can carry', '1234567'.repeat(800).slice(0, 5596), 6],
  ['PDF417', 'as many bytes as it can carry', 'ü'.repeat(1108), 6],
  ['PDF417', 'as many digits as it can carry', '1234567'.repeat(400).slice(0, 2713), 6],
  ['Aztec', 'as many bytes as it can carry', 'ü'.repeat(1914), 6],
  ['Aztec', 'as many digits as it can carry', '1234567'.repeat(600).slice(0, 3832), 6],
]

const kinds: Record<BarcodeFormat, ZxingFormat> = {
  QR: 'QRCode',
  PDF417: 'PDF417',
  Aztec: 'Aztec',
  Code128: 'Code128',
}

const options = { images: {}, locale: 'en', now: new Date('2027-06-04T23:30:00Z') } as const

const drawFront = async (pass: PassJson) => {
  const { front, css } = await renderPassCard(pass, options)
  return `<style>${passCardCss}${css}</style><div style="width: 358px">${front}</div>`
}

describe.skipIf(!isInstalled)('the barcode in the picture of a pass', () => {
  let browser: TestBrowser
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser?.close())

  const takeScreenshot = async (svg: string, deviceScaleFactor: number, style = '') => {
    const page = await browser.openPage({ width: 390, height: 500, deviceScaleFactor })
    await page.setContent(`<body style="margin: 16px; ${style}">${svg}</body>`)
    const png = await page.screenshot()
    await page.context().close()
    return png
  }
  const card = (barcodeFormat: BarcodeFormat, barcodeValue: string, more = {}) => ({
    ...{ title: 'Riverside Climbing Club', colorPreset: 'blue', barcodeAltText: 'A-1' },
    ...{ barcodeFormat, barcodeValue, ...more },
  })

  it.each(barcodes)('%s with %s is scanned byte for byte', async (format, _, value, scale) => {
    const png = await takeScreenshot(await drawFront(toPassJson(card(format, value))), scale)
    const bytes = Buffer.from(value, chooseMessageEncoding(value) === 'utf-8' ? 'utf8' : 'latin1')
    expect(await readWithZxing(png)).toEqual([{ kind: kinds[format], bytes }])
    const kind = kinds[format]
    if (kind === 'QRCode' || kind === 'Code128') {
      expect(await readWithZbar(png, kind)).toEqual(bytes)
    }
  })

  it.each(Object.keys(kinds) as BarcodeFormat[])(
    '%s cannot be scanned once the pass is voided or expired, even with more contrast',
    async (format) => {
      const past = { expirationDate: '2027-06-05T00:30:00+02:00' }
      const future = { expirationDate: '2027-06-05T01:30:01+02:00' }
      const voidedPass = await drawFront(toPassJson(card(format, 'MEMBER-1042'), true))
      const expiredPass = await drawFront(toPassJson(card(format, 'MEMBER-1042', past)))
      for (const png of [
        await takeScreenshot(voidedPass, 3, 'filter: contrast(8)'),
        await takeScreenshot(expiredPass, 3),
      ]) {
        expect(await readWithZxing(png)).toEqual([])
        expect(await readWithZbar(png, 'QRCode')).toBeUndefined()
        expect(await readWithZbar(png, 'Code128')).toBeUndefined()
      }
      const png = await takeScreenshot(
        await drawFront(toPassJson(card(format, 'MEMBER-1042', future))),
        3,
      )
      expect(await readWithZxing(png)).toHaveLength(1)
    },
  )

  it('of a page or an email decodes to its URL, as SVG and as PNG', async () => {
    const url = 'https://club.example/p/Zürich-0123456789abcdefghijklmnopqrstuvwxyz'
    const page = `<div style="width: 120px">${await renderQrSvg(url)}</div>`
    const emailed = await renderQrPng(url, 300)
    for (const png of [await takeScreenshot(page, 2), emailed]) {
      expect(await readWithZxing(png)).toEqual([{ kind: 'QRCode', bytes: Buffer.from(url) }])
      expect(await readWithZbar(png, 'QRCode')).toEqual(Buffer.from(url))
    }
    for (const pixels of [1, 100, 300, 777]) {
      const { width, height } = readHeader(Buffer.from(await renderQrPng(url, pixels)))
      expect(width).toBe(height)
      expect(width).toBeGreaterThanOrEqual(pixels)
      expect(width).toBeLessThan(pixels + 100)
    }
  })
})
