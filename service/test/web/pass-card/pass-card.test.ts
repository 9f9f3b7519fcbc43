import { fieldGroups } from '@passwright/shared/schema'
import { describe, expect, it } from 'vitest'
import { drawBarcode } from '../../../src/web/barcode-svg.ts'
import {
  drawBack,
  drawFront,
  drawPass,
  type PictureOptions,
} from '../../../src/web/pass-card/pass-card.ts'
import { tinyPng } from '../../support/png.ts'
import { elementsOf, readSvg, textsOf } from '../../support/read-svg.ts'
import { hardCards, passJson } from '../../support/sample-passes.ts'

const options: PictureOptions = {
  images: {},
  locale: 'en',
  now: new Date('2027-06-04T23:30:00Z'),
}
const front = (spec: object, more: Partial<PictureOptions> = {}) =>
  textsOf(drawFront(passJson(spec), { ...options, ...more }))
const back = (...backFields: object[]) =>
  textsOf(drawBack(passJson({ title: 'A', backFields }), options))
const shown = (field: object, more: Partial<PictureOptions> = {}) =>
  front({ primaryFields: [field] }, more).at(-1)

describe('the picture of a pass', () => {
  it('shows what the front of the pass says, from the top to the bottom', () => {
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
    expect(front(spec)).toEqual([...texts, 'SINCE', '2019', 'Number 1042'])
  })

  it('is called by the description of the pass, for those who cannot see it', () => {
    const svg = readSvg(drawPass(passJson({ title: 'A', description: 'Ada’s <card>' }), options))
    expect(svg.attributes.role).toBe('img')
    expect(svg.children[0]).toMatchObject({ name: 'title', text: 'Ada’s <card>' })
  })

  it('gives no room to what is empty', () => {
    const bare = { primaryFields: [{ label: 'Member', value: 'Ada' }] }
    const empty = { label: '', value: ' ' }
    const groups = Object.fromEntries(fieldGroups.map((group) => [group, [empty]]))
    const full = { ...groups, ...bare, logoText: ' ' }
    expect(drawFront(passJson(full), options)).toBe(drawFront(passJson(bare), options))
    expect(drawPass(passJson(full), options)).toBe(drawFront(passJson(bare), options))
  })

  it('has the colors of the pass', () => {
    const spec = { title: 'A', color: '#123456', foregroundColor: '#fedcba', labelColor: '#abc' }
    const fills = elementsOf(readSvg(drawFront(passJson(spec), options))).map(
      ({ attributes }) => attributes.fill,
    )
    expect(new Set(fills)).toEqual(new Set([undefined, '#123456', '#fedcba', '#aabbcc']))
  })

  it('holds its images, each in the size of its slot', () => {
    const images = { logo: new Uint8Array(tinyPng()), thumbnail: new Uint8Array(tinyPng()) }
    const svg = drawFront(passJson({ title: 'A' }), { ...options, images })
    const drawn = elementsOf(readSvg(svg)).filter(({ name }) => name === 'image')
    expect(drawn.map(({ attributes }) => [attributes.width, attributes.height])).toEqual([
      ['0.5', '0.5'],
      ['0.5', '0.5'],
    ])
    expect(drawn[0]?.attributes.href).toBe(`data:image/png;base64,${tinyPng().toString('base64')}`)
    const broken = {
      ...options,
      images: { logo: Buffer.from('GIF89a, and not a picture that Wallet shows') },
    }
    expect(drawFront(passJson({ title: 'A' }), broken)).not.toContain('<image')
  })

  it('puts secondary and auxiliary fields into one row above a square code, as Wallet does', () => {
    const rows = (barcodeFormat: string) => {
      const fields = (name: string) => [1, 2, 3].map((n) => ({ value: `${name}${n}` }))
      const svg = drawFront(
        passJson({
          logoText: 'A',
          secondaryFields: fields('s'),
          auxiliaryFields: fields('a'),
          barcodeValue: '1',
          barcodeFormat,
        }),
        options,
      )
      const texts = elementsOf(readSvg(svg)).filter(({ text }) => /^[sa]\d$/.test(text))
      return Object.values(Object.groupBy(texts, ({ attributes }) => `${attributes.y}`)).map(
        (row = []) => row.map(({ text }) => text).join(' '),
      )
    }
    expect(rows('QR')).toEqual(['s1 s2 s3 a1'])
    expect(rows('Aztec')).toEqual(['s1 s2 s3 a1'])
    expect(rows('PDF417')).toEqual(['s1 s2 s3', 'a1 a2 a3'])
    expect(rows('Code128')).toEqual(['s1 s2 s3', 'a1 a2 a3'])
  })

  it('aligns a field as it says, and else as its own script does', () => {
    const place = (value: string, textAlignment?: string) => {
      const secondaryFields = [{ value, ...(textAlignment && { textAlignment }) }]
      const svg = readSvg(drawFront(passJson({ logoText: 'A', secondaryFields }), options))
      const { x, direction, 'text-anchor': anchor } = svg.children.at(-1)?.attributes ?? {}
      return [Number(x), direction, anchor]
    }
    expect(place('Ada')).toEqual([14, undefined, undefined])
    expect(place('Ada', 'center')).toEqual([179, undefined, 'middle'])
    expect(place('Ada', 'right')).toEqual([344, undefined, 'end'])
    expect(place('12 שלום Ada')).toEqual([344, 'rtl', undefined])
    expect(place('مرحبا', 'left')).toEqual([14, 'rtl', 'end'])
    expect(place('Ada שלום', 'natural')).toEqual([14, undefined, undefined])
  })

  it('makes a long text on the front smaller, and cuts it where that is not enough', () => {
    const size = (value: string) => {
      const svg = readSvg(drawFront(passJson({ primaryFields: [{ value }] }), options))
      const drawn = svg.children.at(-1)
      return [Number(drawn?.attributes['font-size']), drawn?.text] as const
    }
    expect(size('Ada Example')).toEqual([30, 'Ada Example'])
    const [smaller, whole] = size('Ada Example of Riverside')
    expect([smaller < 30, whole]).toEqual([true, 'Ada Example of Riverside'])
    const [least, cut] = size('Ada Example of Riverside, for many years a member')
    expect([least < smaller, cut]).toEqual([true, expect.stringMatching(/^Ada Example of .*…$/)])
    expect(size('e\u0301'.repeat(100))[1]).toMatch(/^(?:e\u0301)+…$/)
    expect(size('👨‍👩‍👧‍👦'.repeat(100))[1]).toMatch(/^(?:👨‍👩‍👧‍👦)+…$/u)
  })

  it('has every word of the back, however long', () => {
    const words = Array.from({ length: 2000 }, (_, n) => `word${n}`)
    const drawn = back({ label: 'A label', value: words.join(' ') })
    expect(drawn.join(' ')).toBe(`A label ${words.join(' ')}`)
    const endless = 'Donaudampfschiff'.repeat(200)
    expect(back({ value: endless }).join('')).toBe(endless)
    const japanese = back({
      value: '親切にしてください。ロープは各自でお持ちください。犬'.repeat(20),
    })
    expect(japanese.filter((line) => /^[。、]/.test(line))).toEqual([])
    expect(back({ value: 'One\nTwo\r\n\nThree' })).toEqual(['One', 'Two', 'Three'])
  })

  it('ends where nobody reads further: after 20,000 lines of the back', () => {
    const lines = back(
      { value: 'a\n'.repeat(50_000) },
      ...Array(9).fill({ value: 'b\n'.repeat(9_000) }),
    )
    expect([lines.length <= 20_000, lines.at(-1)]).toEqual([true, '…'])
  })

  it('shows the first of several barcodes that can be drawn', () => {
    const code = (format: string, message: string) => ({
      format,
      message,
      messageEncoding: 'utf-8',
    })
    const path = (...barcodes: object[]) => {
      const svg = drawFront({ ...passJson({ title: 'A' }), barcodes }, options)
      return elementsOf(readSvg(svg)).find(({ name }) => name === 'path')?.attributes.d
    }
    const drawable = code('PKBarcodeFormatPDF417', 'MEMBER-1042')
    const newer = code('PKBarcodeFormatEAN13', '4006381333931')
    const tooLong = code('PKBarcodeFormatQR', 'x'.repeat(9000))
    expect(path(newer, tooLong, drawable)).toBe(path(drawable))
    expect(path(drawable)).toMatch(/^M/)
    expect(path(newer, tooLong, code('PKBarcodeFormatQR', ''))).toBeUndefined()
  })

  it('works the code of a pass out once, however often it is looked at', () => {
    const code = { format: 'PKBarcodeFormatQR', message: 'MEMBER-1042', messageEncoding: 'utf-8' }
    expect(drawBarcode({ ...code })).toBe(drawBarcode({ ...code }))
    expect(drawBarcode({ ...code, message: 'MEMBER-1043' })).not.toBe(drawBarcode(code))
  })

  it('shows links on the back by their words', () => {
    const attributedValue =
      'See <a href="https://club.example/?a=1&b=2">terms &amp; &lt;prices&gt;</a> now'
    expect(back({ value: 'x', attributedValue })).toEqual(['See terms & <prices> now'])
    expect(front({ primaryFields: [{ value: 'x', attributedValue }] })).toEqual(['x'])
  })

  it('draws the same pass the same way each time, in any company', () => {
    for (const spec of Object.values(hardCards)) {
      const once = drawPass(passJson(spec), options)
      expect(drawPass(passJson(spec), options)).toBe(once)
      expect(once).not.toMatch(/\bid="|url\(/)
    }
  })
})

describe('the picture writes', () => {
  const date = '2027-06-05T19:30:00+02:00'

  it('a date in the offset that it was given with, and in the reader’s language', () => {
    const styles = { dateStyle: 'long', timeStyle: 'short' }
    expect(shown({ value: date, ...styles })).toBe('June 5, 2027 at 7:30 PM')
    expect(shown({ value: date, ...styles }, { locale: 'de' })).toBe('5. Juni 2027 um 19:30')
    const odd = ['2027-06-05T23:30-11:30', '2027-06-05T23:30+05:45', '2027-06-05T23:30:00.5Z']
    for (const value of odd) expect(shown({ value, ...styles })).toBe('June 5, 2027 at 11:30 PM')
    expect(shown({ value: date, dateStyle: 'short' })).toBe('6/5/27')
    expect(shown({ value: date, timeStyle: 'short', ignoresTimeZone: true })).toBe('7:30 PM')
    expect(shown({ value: date })).toBe(date)
    expect(shown({ value: date, dateStyle: 'none' })).toBe(date)
  })

  it('a relative date in the day’s own word, by the calendar of its offset', () => {
    const relative = { value: date, dateStyle: 'medium', isRelative: true }
    // At half past eleven in the evening, UTC, it is the same day already two hours further east.
    expect(shown(relative)).toBe('Today')
    expect(shown({ ...relative, timeStyle: 'short' })).toBe('Today, 7:30 PM')
    expect(shown(relative, { now: new Date('2027-06-04T21:30:00Z') })).toBe('Tomorrow')
    const twoDaysBefore = { now: new Date('2027-06-03T12:00:00Z') }
    expect(shown(relative, { ...twoDaysBefore, locale: 'de' })).toBe('Übermorgen')
    expect(shown(relative, twoDaysBefore)).toBe('Jun 5, 2027')
  })

  it('numbers and amounts in the reader’s language', () => {
    const german = { locale: 'de' } as const
    expect(shown({ value: 1234.5, numberStyle: 'decimal' })).toBe('1,234.5')
    expect(shown({ value: 1234.5, numberStyle: 'decimal' }, german)).toBe('1.234,5')
    expect(shown({ value: 0.25, numberStyle: 'percent' })).toBe('25%')
    expect(shown({ value: 12345, numberStyle: 'scientific' })).toBe('1.2345E4')
    expect(shown({ value: 42.5, currencyCode: 'EUR' })).toBe('€42.50')
    expect(shown({ value: 42.5, currencyCode: 'EUR' }, german)).toBe('42,50 €')
    expect(shown({ value: 42.5, currencyCode: 'ABC' })).toBe('ABC 42.50')
    expect(shown({ value: 1250 })).toBe('1250')
    const odd = { generic: { primaryFields: [{ value: 42.5, currencyCode: 'no code' }] } }
    expect(textsOf(drawFront(odd, options))).toEqual(['42.5'])
  })
})
