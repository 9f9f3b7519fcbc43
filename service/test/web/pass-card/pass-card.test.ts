import { colorPresets, fieldGroups } from '@passwright/shared/schema'
import { describe, expect, it } from 'vitest'
import type { PassJson } from '../../../src/apple/pass-json.ts'
import { drawBarcode } from '../../../src/web/barcode-svg.ts'
import { type PassCardOptions, renderPassCard } from '../../../src/web/pass-card/pass-card.ts'
import { createTinyPng } from '../../support/images/png.ts'
import { difficultPasses, toPassJson } from '../../support/passes/sample-passes.ts'
import { computeContrast, toRgb } from '../../support/web/contrast.ts'
import {
  listElements,
  type MarkupElement,
  readCardTexts,
  readMarkup,
} from '../../support/web/read-markup.ts'

const options: PassCardOptions = {
  images: {},
  locale: 'en',
  now: new Date('2027-06-04T23:30:00Z'),
}
const render = (pass: PassJson, more: Partial<PassCardOptions> = {}) =>
  renderPassCard(pass, { ...options, ...more })
const renderSpec = (spec: object, more: Partial<PassCardOptions> = {}) =>
  render(toPassJson(spec), more)
const readFront = async (spec: object, more: Partial<PassCardOptions> = {}) =>
  readCardTexts((await renderSpec(spec, more)).front)
const readBack = async (...backFields: object[]) =>
  readCardTexts((await renderSpec({ title: 'A', backFields })).back, 'dl')
const listParts = (front: string) => listElements(readMarkup(front, 'article'))
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
    const texts = ['Riverside', 'Points', '1,250', 'Member', 'Ada Example', 'Level', 'Gold']
    expect(await readFront(spec)).toEqual([...texts, 'Since', '2019', 'Number 1042'])
  })

  it('has the description of the pass as its accessible name', async () => {
    const { front } = await renderSpec({ title: 'A', description: 'Ada’s <card>' })
    expect(readMarkup(front, 'article').attributes['aria-label']).toBe('Ada’s <card>')
  })

  it('has a name and a value for everything that a person hears', async () => {
    for (const spec of Object.values(difficultPasses)) {
      const { front, back } = await renderSpec(spec)
      const lists = [...listParts(front), ...(back ? [readMarkup(back, 'dl')] : [])]
      for (const { children } of lists.filter(({ name }) => name === 'dl')) {
        for (const field of children)
          expect([field.name, ...field.children.map(({ name }) => name)]).toEqual([
            'div',
            'dt',
            'dd',
          ])
      }
      for (const { name, attributes } of listParts(front)) {
        if (name === 'svg') expect([attributes.role, attributes['aria-label']]).not.toContain('')
        if (name === 'img') expect(attributes.alt).toBeDefined()
      }
    }
  })

  it('leaves no space for empty fields', async () => {
    const bare = { primaryFields: [{ label: 'Member', value: 'Ada' }] }
    const empty = { label: '', value: ' ' }
    const groups = Object.fromEntries(fieldGroups.map((group) => [group, [empty]]))
    const full = { ...groups, ...bare, logoText: ' ' }
    expect(await renderSpec(full)).toEqual(await renderSpec(bare))
  })

  it('has the colors of the pass, in a style sheet for its own class only', async () => {
    const spec = { title: 'A', color: '#123456', foregroundColor: '#fedcba', labelColor: '#abc' }
    const { css, front } = await renderSpec(spec)
    expect(css).toBe(
      '.pc-123456-fedcba-aabbcc{--pc-background:#123456;--pc-foreground:#fedcba;--pc-label:#aabbcc}',
    )
    const { class: classes = '' } = readMarkup(front, 'article').attributes
    expect(classes.split(' ')).toContain('pc-123456-fedcba-aabbcc')
    const odd = { generic: {}, backgroundColor: 'red}</style>', labelColor: 'rgb(1,2,3);x' }
    expect((await render(odd)).css).toMatch(
      /^\.pc(?:-[\da-f]{6}){3}\{(?:--pc-\w+:#[\da-f]{6};?){3}\}$/,
    )
  })

  it('stays readable when it is voided or expired', async () => {
    const toRgbOf = (css: string, name: string) =>
      toRgb(new RegExp(`--pc-${name}:(#\\w+)`).exec(css)?.[1] ?? '')
    for (const colorPreset of Object.keys(colorPresets)) {
      const { css, front } = await render(toPassJson({ title: 'A', colorPreset }, true))
      expect(front).toContain(' pc-faded"')
      for (const name of ['foreground', 'label']) {
        const contrast = computeContrast(toRgbOf(css, name), toRgbOf(css, 'background'))
        expect(contrast, `${colorPreset} ${name}`).toBeGreaterThanOrEqual(4.5)
      }
    }
  })

  const png = new Uint8Array(createTinyPng())
  const allImages = {
    icon: png,
    logo: png,
    thumbnail: png,
    strip: png,
    background: png,
    footer: png,
  }
  it.each<[style: string, slots: string[], more?: object]>([
    ['generic', ['logo', 'thumbnail']],
    ['storeCard', ['logo', 'strip']],
    ['coupon', ['logo', 'strip']],
    ['eventTicket', ['logo', 'strip']],
    ['eventTicket', ['backdrop', 'logo', 'thumbnail'], { strip: undefined }],
    ['boardingPass', ['logo', 'footer']],
  ])('of %s shows the images %j', async (style, slots, more = {}) => {
    const transit = style === 'boardingPass' ? { transitType: 'air' } : {}
    const { front } = await renderSpec(
      { title: 'A', style, ...transit },
      { images: { ...allImages, ...more } },
    )
    const shown = listParts(front).filter(({ name }) => name === 'img')
    expect(shown.map(({ attributes }) => attributes.class)).toEqual(
      slots.map((slot) => `pc-${slot}`),
    )
    expect(shown[0]?.attributes.src).toBe(
      `data:image/png;base64,${createTinyPng().toString('base64')}`,
    )
  })

  it('shows no image that is not a PNG', async () => {
    const images = { logo: Buffer.from('GIF89a, and not an image that Wallet shows') }
    expect((await renderSpec({ title: 'A' }, { images })).front).not.toContain('<img')
  })

  it.each([
    ['air', 'Flight', 'Flug'],
    ['boat', 'Ferry', 'Schiff'],
    ['bus', 'Bus', 'Bus'],
    ['train', 'Train', 'Zug'],
    ['generic', 'Journey', 'Fahrt'],
  ])('of a journey by %s says so between departure and destination', async (type, en, de) => {
    const spec = {
      style: 'boardingPass',
      transitType: type,
      primaryFields: [
        { label: 'From', value: 'SFO' },
        { label: 'To', value: 'LHR' },
      ],
    }
    for (const [locale, name] of [
      ['en', en],
      ['de', de],
    ] as const) {
      const { front } = await renderSpec(spec, { locale })
      const icon = listParts(front).find(({ name }) => name === 'svg')
      expect(icon?.attributes['aria-label']).toBe(name)
      expect(readCardTexts(front)).toEqual(['From', 'SFO', 'To', 'LHR'])
    }
  })

  it.each([
    ['generic', 'QR', ['s1 s2 s3 a1']],
    ['generic', 'Aztec', ['s1 s2 s3 a1']],
    ['generic', 'PDF417', ['s1 s2 s3', 'a1 a2 a3']],
    ['generic', 'Code128', ['s1 s2 s3', 'a1 a2 a3']],
    ['coupon', 'PDF417', ['s1 s2 s3 a1']],
    ['storeCard', 'QR', ['s1 s2 s3 a1']],
    ['eventTicket', 'QR', ['s1 s2 s3', 'a1 a2', 'a3']],
    ['boardingPass', 'PDF417', ['a1 a2 a3', 's1 s2 s3']],
  ])('of %s above %s puts its fields into rows like Wallet', async (style, format, rows) => {
    const fields = (name: string) =>
      [1, 2, 3].map((n) => ({
        value: `${name}${n}`,
        ...(style === 'eventTicket' && name === 'a' ? { row: n === 3 ? 1 : 0 } : {}),
      }))
    const { front } = await renderSpec({
      ...{ logoText: 'A', style, barcodeValue: '1', barcodeFormat: format },
      ...(style === 'boardingPass' ? { transitType: 'bus' } : {}),
      ...{ secondaryFields: fields('s'), auxiliaryFields: fields('a') },
    })
    const lists = listParts(front).filter(({ attributes }) =>
      /^pc-row/.test(attributes.class ?? ''),
    )
    const toTexts = (list: MarkupElement) =>
      listElements(list).flatMap(({ name, text }) => (name === 'dd' ? [text] : []))
    expect(lists.map((list) => toTexts(list).join(' '))).toEqual(rows)
  })

  it('aligns a field as asked, and leaves the rest to the direction of its script', async () => {
    const readClass = async (textAlignment?: string) => {
      const field = { value: 'شكرا', ...(textAlignment && { textAlignment }) }
      const { front } = await renderSpec({ logoText: 'A', secondaryFields: [field] })
      const [row] = listParts(front).filter(({ attributes }) => attributes.class === 'pc-row')
      expect(row?.children[0]?.children[1]?.attributes.dir).toBe('auto')
      return row?.children[0]?.attributes.class
    }
    expect(await readClass()).toBeUndefined()
    expect(await readClass('natural')).toBeUndefined()
    expect(await readClass('center')).toBe('pc-center')
    expect(await readClass('right')).toBe('pc-right')
  })

  it('writes a long text on the front smaller, and holds no more of it than can be seen', async () => {
    const readPrimary = async (value: string) => {
      const { front } = await renderSpec({ primaryFields: [{ value }] })
      const list = listParts(front).find(({ attributes }) =>
        attributes.class?.startsWith('pc-primary'),
      )
      return [list?.attributes.class, list?.children[0]?.children[1]?.text]
    }
    expect(await readPrimary('Ada Example')).toEqual(['pc-primary', 'Ada Example'])
    expect((await readPrimary('Ada Example of Riverside'))[0]).toBe('pc-primary pc-long')
    expect((await readPrimary('👨‍👩‍👧‍👦 🏳️‍🌈 🧗🏽‍♀️'))[0]).toBe('pc-primary')
    expect((await readPrimary('クライミング倶楽部リ'))[0]).toBe('pc-primary pc-long')
    const [smallest, cut = ''] = await readPrimary('Ada '.repeat(10_000))
    expect([smallest, cut.length, cut.at(-1)]).toEqual(['pc-primary pc-longer', 200, '…'])
  })

  it('shows the full text of the back, however long', async () => {
    const words = Array.from({ length: 2000 }, (_, n) => `word${n}`).join(' ')
    const lines = 'One\nTwo\n\nThree'
    const fields = [{ label: 'A label', value: words }, { value: lines }]
    expect(await readBack(...fields)).toEqual(['A label', words, lines])
    expect(await readBack()).toEqual([])
  })

  it('shows the first of several barcodes that can be drawn', async () => {
    const toBarcode = (format: string, message: string) => ({
      format,
      message,
      messageEncoding: 'utf-8',
    })
    const path = async (...barcodes: object[]) => {
      const { front } = await render({ ...toPassJson({ title: 'A' }), barcodes })
      return listParts(front).find(({ name }) => name === 'path')?.attributes.d
    }
    const drawable = toBarcode('PKBarcodeFormatPDF417', 'MEMBER-1042')
    const newer = toBarcode('PKBarcodeFormatOfTomorrow', '4006381333931')
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

  it('shows links on the back, and on the front the plain value', async () => {
    const attributedValue =
      'See <a href="https://club.example/?a=1&b=2">terms &amp; &lt;prices&gt;</a> now'
    const { back } = await renderSpec({
      title: 'A',
      backFields: [{ value: 'x', attributedValue }],
    })
    const link = listElements(readMarkup(back, 'dl')).find(({ name }) => name === 'a')
    expect(link).toMatchObject({
      text: 'terms & <prices>',
      attributes: { href: 'https://club.example/?a=1&b=2' },
    })
    expect(await readFront({ primaryFields: [{ value: 'x', attributedValue }] })).toEqual(['x'])
  })

  it('is the same each time, without ids, inline styles and scripts', async () => {
    for (const spec of Object.values(difficultPasses)) {
      const once = await renderSpec(spec)
      expect(await renderSpec(spec)).toEqual(once)
      expect(once.front + once.back).not.toMatch(/\s(?:id|style|on\w+)=|<script|url\(/)
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
    expect(await readField({ value: 42.5, currencyCode: 'EUR' }, german)).toBe('42,50\u00a0€')
    expect(await readField({ value: 42.5, currencyCode: 'ABC' })).toBe('ABC\u00a042.50')
    expect(await readField({ value: 1250 })).toBe('1250')
    const odd = { generic: { primaryFields: [{ value: 42.5, currencyCode: 'no code' }] } }
    expect(readCardTexts((await render(odd)).front)).toEqual(['42.5'])
  })
})
