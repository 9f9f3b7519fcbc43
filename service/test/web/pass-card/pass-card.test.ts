import { fieldGroups } from '@passwright/shared/schema'
import { describe, expect, it } from 'vitest'
import { drawBarcode } from '../../../src/web/barcode-svg.ts'
import {
  drawBack,
  drawFront,
  drawPass,
  type PassCardOptions,
} from '../../../src/web/pass-card/pass-card.ts'
import { createTinyPng } from '../../support/images/png.ts'
import { difficultPasses, toPassJson } from '../../support/passes/sample-passes.ts'
import { listElements, readSvg, readSvgTexts } from '../../support/web/read-svg.ts'

const options: PassCardOptions = {
  images: {},
  locale: 'en',
  now: new Date('2027-06-04T23:30:00Z'),
}
const readFront = async (spec: object, more: Partial<PassCardOptions> = {}) =>
  readSvgTexts(await drawFront(toPassJson(spec), { ...options, ...more }))
const readBack = (...backFields: object[]) =>
  readSvgTexts(drawBack(toPassJson({ title: 'A', backFields }), options))
const readField = async (field: object, more: Partial<PassCardOptions> = {}) =>
  (await readFront({ primaryFields: [field] }, more)).at(-1)

describe('the card of a pass', () => {
  it('shows the front of the pass from top to bottom', async () => {
    const spec = {
      logoText: 'Riverside',
      headerFields: [{ label: 'Points', value: '1,250' }],
      primaryFields: [{ label: 'Member', value: 'Ada Example' }],
      secondaryFields: [{ label: 'Level', value: 'Gold' }],
      auxiliaryFields: [{ label: 'Since', value: 2019 }],
      backFields: [{ label: 'Terms', value: 'Be kind' }],
      barcodeValue: 'MEMBER-1042',
      barcodeFormat: 'PDF417',
      barcodeAltText: 'Number 1042',
    }
    const texts = ['Riverside', 'POINTS', '1,250', 'MEMBER', 'Ada Example', 'LEVEL', 'Gold']
    expect(await readFront(spec)).toEqual([...texts, 'SINCE', '2019', 'Number 1042'])
  })

  it('has the description of the pass as its accessible name', async () => {
    const svg = readSvg(
      await drawPass(toPassJson({ title: 'A', description: 'Ada’s <card>' }), options),
    )
    expect(svg.attributes.role).toBe('img')
    expect(svg.children[0]).toMatchObject({ name: 'title', text: 'Ada’s <card>' })
  })

  it('leaves no space for empty fields', async () => {
    const bare = { primaryFields: [{ label: 'Member', value: 'Ada' }] }
    const empty = { label: '', value: ' ' }
    const groups = Object.fromEntries(fieldGroups.map((group) => [group, [empty]]))
    const full = { ...groups, ...bare, logoText: ' ' }
    expect(await drawFront(toPassJson(full), options)).toBe(
      await drawFront(toPassJson(bare), options),
    )
    expect(await drawPass(toPassJson(full), options)).toBe(
      await drawFront(toPassJson(bare), options),
    )
  })

  it('has the colors of the pass', async () => {
    const spec = { title: 'A', color: '#123456', foregroundColor: '#fedcba', labelColor: '#abc' }
    const fills = listElements(readSvg(await drawFront(toPassJson(spec), options))).map(
      ({ attributes }) => attributes.fill,
    )
    expect(new Set(fills)).toEqual(new Set([undefined, '#123456', '#fedcba', '#aabbcc']))
  })

  it('contains its images, each at the size of its slot', async () => {
    const images = {
      logo: new Uint8Array(createTinyPng()),
      thumbnail: new Uint8Array(createTinyPng()),
    }
    const svg = await drawFront(toPassJson({ title: 'A' }), { ...options, images })
    const drawn = listElements(readSvg(svg)).filter(({ name }) => name === 'image')
    expect(drawn.map(({ attributes }) => [attributes.width, attributes.height])).toEqual([
      ['0.5', '0.5'],
      ['0.5', '0.5'],
    ])
    expect(drawn[0]?.attributes.href).toBe(
      `data:image/png;base64,${createTinyPng().toString('base64')}`,
    )
    const broken = {
      ...options,
      images: { logo: Buffer.from('GIF89a, and not an image that Wallet shows') },
    }
    expect(await drawFront(toPassJson({ title: 'A' }), broken)).not.toContain('<image')
  })

  it('puts secondary and auxiliary fields into one row above a square barcode, like Wallet', async () => {
    const rows = async (barcodeFormat: string) => {
      const fields = (name: string) => [1, 2, 3].map((n) => ({ value: `${name}${n}` }))
      const svg = await drawFront(
        toPassJson({
          logoText: 'A',
          secondaryFields: fields('s'),
          auxiliaryFields: fields('a'),
          barcodeValue: '1',
          barcodeFormat,
        }),
        options,
      )
      const texts = listElements(readSvg(svg)).filter(({ text }) => /^[sa]\d$/.test(text))
      return Object.values(Object.groupBy(texts, ({ attributes }) => `${attributes.y}`)).map(
        (row = []) => row.map(({ text }) => text).join(' '),
      )
    }
    expect(await rows('QR')).toEqual(['s1 s2 s3 a1'])
    expect(await rows('Aztec')).toEqual(['s1 s2 s3 a1'])
    expect(await rows('PDF417')).toEqual(['s1 s2 s3', 'a1 a2 a3'])
    expect(await rows('Code128')).toEqual(['s1 s2 s3', 'a1 a2 a3'])
  })

  it('aligns a field by its alignment, or else by the direction of its script', async () => {
    const readPosition = async (value: string, textAlignment?: string) => {
      const secondaryFields = [{ value, ...(textAlignment && { textAlignment }) }]
      const svg = readSvg(await drawFront(toPassJson({ logoText: 'A', secondaryFields }), options))
      const { x, direction, 'text-anchor': anchor } = svg.children.at(-1)?.attributes ?? {}
      return [Number(x), direction, anchor]
    }
    expect(await readPosition('Ada')).toEqual([14, undefined, undefined])
    expect(await readPosition('Ada', 'center')).toEqual([179, undefined, 'middle'])
    expect(await readPosition('Ada', 'right')).toEqual([344, undefined, 'end'])
    expect(await readPosition('12 שלום Ada')).toEqual([344, 'rtl', undefined])
    expect(await readPosition('مرحبا', 'left')).toEqual([14, 'rtl', 'end'])
    expect(await readPosition('Ada שלום', 'natural')).toEqual([14, undefined, undefined])
  })

  it('shrinks a long text on the front, and truncates it if that is not enough', async () => {
    const readSize = async (value: string) => {
      const svg = readSvg(await drawFront(toPassJson({ primaryFields: [{ value }] }), options))
      const drawn = svg.children.at(-1)
      return [Number(drawn?.attributes['font-size']), drawn?.text] as const
    }
    expect(await readSize('Ada Example')).toEqual([30, 'Ada Example'])
    const [smaller, whole] = await readSize('Ada Example of Riverside')
    expect([smaller < 30, whole]).toEqual([true, 'Ada Example of Riverside'])
    const [smallest, truncated] = await readSize(
      'Ada Example of Riverside, for many years a member',
    )
    expect([smallest < smaller, truncated]).toEqual([
      true,
      expect.stringMatching(/^Ada Example of .*…$/),
    ])
    expect((await readSize('e\u0301'.repeat(100)))[1]).toMatch(/^(?:e\u0301)+…$/)
    expect((await readSize('👨‍👩‍👧‍👦'.repeat(100)))[1]).toMatch(/^(?:👨‍👩‍👧‍👦)+…$/u)
  })

  it('shows the full text of the back, however long', async () => {
    const words = Array.from({ length: 2000 }, (_, n) => `word${n}`)
    const drawn = readBack({ label: 'A label', value: words.join(' ') })
    expect(drawn.join(' ')).toBe(`A label ${words.join(' ')}`)
    const endless = 'Donaudampfschiff'.repeat(200)
    expect(readBack({ value: endless }).join('')).toBe(endless)
    const japanese = readBack({
      value: '親切にしてください。ロープは各自でお持ちください。犬'.repeat(20),
    })
    expect(japanese.filter((line) => /^[。、]/.test(line))).toEqual([])
    expect(readBack({ value: 'One\nTwo\r\n\nThree' })).toEqual(['One', 'Two', 'Three'])
  })

  it('ends after 20,000 lines of the back', async () => {
    const lines = readBack(
      { value: 'a\n'.repeat(50_000) },
      ...Array(9).fill({ value: 'b\n'.repeat(9_000) }),
    )
    expect([lines.length <= 20_000, lines.at(-1)]).toEqual([true, '…'])
  })

  it('shows the first of several barcodes that can be drawn', async () => {
    const toBarcode = (format: string, message: string) => ({
      format,
      message,
      messageEncoding: 'utf-8',
    })
    const path = async (...barcodes: object[]) => {
      const svg = await drawFront({ ...toPassJson({ title: 'A' }), barcodes }, options)
      return listElements(readSvg(svg)).find(({ name }) => name === 'path')?.attributes.d
    }
    const drawable = toBarcode('PKBarcodeFormatPDF417', 'MEMBER-1042')
    const newer = toBarcode('PKBarcodeFormatEAN13', '4006381333931')
    const tooLong = toBarcode('PKBarcodeFormatQR', 'x'.repeat(9000))
    expect(await path(newer, tooLong, drawable)).toBe(await path(drawable))
    expect(await path(drawable)).toMatch(/^M/)
    expect(await path(newer, tooLong, toBarcode('PKBarcodeFormatQR', ''))).toBeUndefined()
  })

  it('computes each barcode only once', async () => {
    const code = { format: 'PKBarcodeFormatQR', message: 'MEMBER-1042', messageEncoding: 'utf-8' }
    expect(await drawBarcode({ ...code })).toBe(await drawBarcode({ ...code }))
    expect(await drawBarcode({ ...code, message: 'MEMBER-1043' })).not.toBe(await drawBarcode(code))
  })

  it('shows links on the back by their text', async () => {
    const attributedValue =
      'See <a href="https://club.example/?a=1&b=2">terms &amp; &lt;prices&gt;</a> now'
    expect(readBack({ value: 'x', attributedValue })).toEqual(['See terms & <prices> now'])
    expect(await readFront({ primaryFields: [{ value: 'x', attributedValue }] })).toEqual(['x'])
  })

  it('is the same each time, and several fit in one page', async () => {
    for (const spec of Object.values(difficultPasses)) {
      const once = await drawPass(toPassJson(spec), options)
      expect(await drawPass(toPassJson(spec), options)).toBe(once)
      expect(once).not.toMatch(/\bid="|url\(/)
    }
  })
})

describe('the card formats', () => {
  const date = '2027-06-05T19:30:00+02:00'

  it('a date in its own UTC offset and in the viewer’s language', async () => {
    const styles = { dateStyle: 'long', timeStyle: 'short' }
    expect(await readField({ value: date, ...styles })).toBe('June 5, 2027 at 7:30 PM')
    expect(await readField({ value: date, ...styles }, { locale: 'de' })).toBe(
      '5. Juni 2027 um 19:30',
    )
    const odd = ['2027-06-05T23:30-11:30', '2027-06-05T23:30+05:45', '2027-06-05T23:30:00.5Z']
    for (const value of odd)
      expect(await readField({ value, ...styles })).toBe('June 5, 2027 at 11:30 PM')
    expect(await readField({ value: date, dateStyle: 'short' })).toBe('6/5/27')
    expect(await readField({ value: date, timeStyle: 'short', ignoresTimeZone: true })).toBe(
      '7:30 PM',
    )
    expect(await readField({ value: date })).toBe(date)
    expect(await readField({ value: date, dateStyle: 'none' })).toBe(date)
  })

  it('a day alone as that day, wherever it is read', async () => {
    const birthday = { value: '1990-05-17', dateStyle: 'long' }
    expect(await readField(birthday)).toBe('May 17, 1990')
    expect(await readField(birthday, { locale: 'de' })).toBe('17. Mai 1990')
    const today = { value: '2027-06-05', dateStyle: 'short', isRelative: true }
    expect(await readField(today, { now: new Date('2027-06-05T00:00:00Z') })).toBe('Today')
    expect(await readField(today, { now: new Date('2027-06-05T23:59:59Z') })).toBe('Today')
  })

  it('a relative date as a word such as Today, by the calendar of its UTC offset', async () => {
    const relative = { value: date, dateStyle: 'medium', isRelative: true }
    // At half past eleven in the evening, UTC, it is the same day already two hours further east.
    expect(await readField(relative)).toBe('Today')
    expect(await readField({ ...relative, timeStyle: 'short' })).toBe('Today, 7:30 PM')
    expect(await readField(relative, { now: new Date('2027-06-04T21:30:00Z') })).toBe('Tomorrow')
    const twoDaysBefore = { now: new Date('2027-06-03T12:00:00Z') }
    expect(await readField(relative, { ...twoDaysBefore, locale: 'de' })).toBe('Übermorgen')
    expect(await readField(relative, twoDaysBefore)).toBe('Jun 5, 2027')
  })

  it('numbers and amounts in the viewer’s language', async () => {
    const german = { locale: 'de' } as const
    expect(await readField({ value: 1234.5, numberStyle: 'decimal' })).toBe('1,234.5')
    expect(await readField({ value: 1234.5, numberStyle: 'decimal' }, german)).toBe('1.234,5')
    expect(await readField({ value: 0.25, numberStyle: 'percent' })).toBe('25%')
    expect(await readField({ value: 12345, numberStyle: 'scientific' })).toBe('1.2345E4')
    expect(await readField({ value: 42.5, currencyCode: 'EUR' })).toBe('€42.50')
    expect(await readField({ value: 42.5, currencyCode: 'EUR' }, german)).toBe('42,50 €')
    expect(await readField({ value: 42.5, currencyCode: 'ABC' })).toBe('ABC 42.50')
    expect(await readField({ value: 1250 })).toBe('1250')
    const odd = { generic: { primaryFields: [{ value: 42.5, currencyCode: 'no code' }] } }
    expect(readSvgTexts(await drawFront(odd, options))).toEqual(['42.5'])
  })
})
