import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { drawBack, drawFront, drawPass } from '../../../src/web/pass-card/pass-card.ts'
import { openBrowser, type TestBrowser } from '../../support/browser.ts'
import { ensureDebianPackages } from '../../support/debian.ts'
import { hostilePass, hostileTexts } from '../../support/hostile-passes.ts'
import { elementsOf, readSvg } from '../../support/read-svg.ts'
import { hardCards, passJson } from '../../support/sample-passes.ts'

const isThere = await ensureDebianPackages(['chromium'], 'pictures of passes looked at in Chromium')
const options = { images: {}, locale: 'en', now: new Date('2027-06-04T23:30:00Z') } as const

describe.skipIf(!isThere)('in Chromium', () => {
  let browser: TestBrowser
  let page: Page
  beforeAll(async () => {
    browser = await openBrowser()
    page = await browser.page({ width: 820, height: 900 })
  })
  afterAll(() => browser?.close())

  it.each(Object.keys(hardCards))(
    'no text of a pass that %s leaves its card or meets another',
    async (name) => {
      const pass = passJson(hardCards[name] ?? {})
      for (const svg of [
        drawFront(pass, options),
        drawBack(pass, options),
        drawPass(pass, options),
      ]) {
        await page.setContent(`<body style="margin: 0">${svg}</body>`)
        const { texts, sheets } = await boxes(page)
        expect(texts.length).toBeGreaterThan(svg === drawBack(pass, options) ? -1 : 0)
        for (const text of texts)
          expect(
            sheets.some((sheet) => holds(sheet, text)),
            text.says,
          ).toBe(true)
        for (const [index, one] of texts.entries()) {
          for (const other of texts.slice(index + 1)) {
            expect(meet(one, other), `${one.says} and ${other.says}`).toBe(false)
          }
        }
      }
    },
  )

  it.each(hostileTexts)(
    'a picture of %j is the same elements as XML, inline in HTML and by itself',
    async (text) => {
      const svg = drawPass(hostilePass(text), options)
      const expected = elementsOf(readSvg(svg)).map(({ name }) => name)
      await page.setContent(`<body>${svg}<p>after</p></body>`)
      const found = await readBothWays(page, svg)
      expect(found).toEqual({ xml: expected, html: expected, after: 'after', namespaces: 1 })
    },
  )

  it('a picture takes nothing from a page that is written from right to left', async () => {
    const svg = drawFront(passJson(hardCards['has every field full'] ?? {}), options)
    const style = 'letter-spacing: 4px; font: italic 900 30px serif; text-align: right'
    await page.setContent(`<body style="margin: 0">${svg}</body>`)
    const alone = await boxes(page)
    await page.setContent(`<body style="margin: 0; ${style}" dir="rtl">${svg}</body>`)
    const within = await boxes(page)
    const left = (found: typeof alone) => found.sheets[0]?.left ?? 0
    const placed = (found: typeof alone) =>
      found.texts.map((text) => [
        Math.round(text.left - left(found)),
        Math.round(text.right - left(found)),
      ])
    expect(placed(within)).toEqual(placed(alone))
  })
})

interface Box {
  says: string
  left: number
  right: number
  top: number
  bottom: number
}

/** Where texts stand, and the sheets they stand on, as the browser laid them out. */
async function boxes(page: Page): Promise<{ texts: Box[]; sheets: Box[] }> {
  const all = (selector: string): Promise<Box[]> =>
    page.locator(selector).evaluateAll((elements) =>
      elements.map((element) => {
        const { left, right, top, bottom } = element.getBoundingClientRect()
        return { says: element.textContent ?? '', left, right, top, bottom }
      }),
    )
  return { texts: await all('text'), sheets: await all('rect[stroke]') }
}

/** Within the margin of the card, but for what a letter leans over. */
function holds(sheet: Box, { left, right, top, bottom }: Box): boolean {
  const across = left >= sheet.left + 12 && right <= sheet.right - 12
  return across && top >= sheet.top && bottom <= sheet.bottom
}

/** Texts of one line keep apart; of lines below each other only the fonts' boxes may touch. */
function meet(one: Box, other: Box): boolean {
  const across = Math.min(one.right, other.right) - Math.max(one.left, other.left)
  const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top)
  return across > -8 && down > 0.4 * Math.min(one.bottom - one.top, other.bottom - other.top)
}

/** The elements of a picture as the browser reads it: alone, and where it stands in the page. */
async function readBothWays(page: Page, svg: string) {
  return page.locator('body').evaluate((body, svg) => {
    const { DOMParser } = body.ownerDocument.defaultView
    const names = (root: typeof body) =>
      [root, ...root.querySelectorAll('*')].map(({ localName }) => localName)
    const inline = body.querySelector('svg')
    return {
      xml: names(new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement),
      html: names(inline),
      after: body.querySelector('p').textContent,
      namespaces: new Set([...inline.querySelectorAll('*')].map(({ namespaceURI }) => namespaceURI))
        .size,
    }
  }, svg)
}
