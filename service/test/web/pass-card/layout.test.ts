import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { drawBack, drawFront, drawPass } from '../../../src/web/pass-card/pass-card.ts'
import { createHostilePass, hostileTexts } from '../../support/passes/hostile-passes.ts'
import { difficultPasses, toPassJson } from '../../support/passes/sample-passes.ts'
import { ensureDebianPackages } from '../../support/run/debian.ts'
import { openBrowser, type TestBrowser } from '../../support/web/browser.ts'
import { listElements, readSvg } from '../../support/web/read-svg.ts'

const isAvailable = await ensureDebianPackages(['chromium'], 'tests of cards in Chromium')
const options = { images: {}, locale: 'en', now: new Date('2027-06-04T23:30:00Z') } as const

describe.skipIf(!isAvailable)('in Chromium', () => {
  let browser: TestBrowser
  let page: Page
  beforeAll(async () => {
    browser = await openBrowser()
    page = await browser.openPage({ width: 820, height: 900 })
  })
  afterAll(() => browser?.close())

  it.each(Object.keys(difficultPasses))(
    'no text of a pass that %s leaves the card or overlaps another',
    async (name) => {
      const pass = toPassJson(difficultPasses[name] ?? {})
      for (const svg of [
        await drawFront(pass, options),
        drawBack(pass, options),
        await drawPass(pass, options),
      ]) {
        await page.setContent(`<body style="margin: 0">${svg}</body>`)
        const { texts, cards } = await measureBoxes(page)
        expect(texts.length).toBeGreaterThan(svg === drawBack(pass, options) ? -1 : 0)
        for (const text of texts)
          expect(
            cards.some((card) => contains(card, text)),
            text.content,
          ).toBe(true)
        for (const [index, one] of texts.entries()) {
          for (const other of texts.slice(index + 1)) {
            expect(overlap(one, other), `${one.content} and ${other.content}`).toBe(false)
          }
        }
      }
    },
  )

  it.each(hostileTexts)(
    'an SVG with %j parses to the same elements as XML and inline in HTML',
    async (text) => {
      const svg = await drawPass(createHostilePass(text), options)
      const expected = listElements(readSvg(svg)).map(({ name }) => name)
      await page.setContent(`<body>${svg}<p>after</p></body>`)
      const found = await parseBothWays(page, svg)
      expect(found).toEqual({ xml: expected, html: expected, after: 'after', namespaces: 1 })
    },
  )

  it('a card inherits no styles from a page, not even its direction', async () => {
    const svg = await drawFront(toPassJson(difficultPasses['has every field full'] ?? {}), options)
    const style = 'letter-spacing: 4px; font: italic 900 30px serif; text-align: right'
    await page.setContent(`<body style="margin: 0">${svg}</body>`)
    const standalone = await measureBoxes(page)
    await page.setContent(`<body style="margin: 0; ${style}" dir="rtl">${svg}</body>`)
    const embedded = await measureBoxes(page)
    const getLeft = (found: typeof standalone) => found.cards[0]?.left ?? 0
    const getPositions = (found: typeof standalone) =>
      found.texts.map((text) => [
        Math.round(text.left - getLeft(found)),
        Math.round(text.right - getLeft(found)),
      ])
    expect(getPositions(embedded)).toEqual(getPositions(standalone))
  })
})

interface Box {
  content: string
  left: number
  right: number
  top: number
  bottom: number
}

/** Measures the texts and the cards as the browser laid them out. */
async function measureBoxes(page: Page): Promise<{ texts: Box[]; cards: Box[] }> {
  const measure = (selector: string): Promise<Box[]> =>
    page.locator(selector).evaluateAll((elements) =>
      elements.map((element) => {
        const { left, right, top, bottom } = element.getBoundingClientRect()
        return { content: element.textContent ?? '', left, right, top, bottom }
      }),
    )
  return { texts: await measure('text'), cards: await measure('rect[stroke]') }
}

/** Whether a box is within the padding of the card; glyphs may lean over it slightly. */
function contains(card: Box, { left, right, top, bottom }: Box): boolean {
  const isInside = left >= card.left + 12 && right <= card.right - 12
  return isInside && top >= card.top && bottom <= card.bottom
}

/** Whether two texts overlap; the boxes of lines below each other may touch. */
function overlap(one: Box, other: Box): boolean {
  const across = Math.min(one.right, other.right) - Math.max(one.left, other.left)
  const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top)
  return across > -8 && down > 0.4 * Math.min(one.bottom - one.top, other.bottom - other.top)
}

/** Parses an SVG in the browser, as XML and inline in the page. */
async function parseBothWays(page: Page, svg: string) {
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
