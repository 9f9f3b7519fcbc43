import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { passCardCss } from '../../../src/web/pass-card/card-css.ts'
import { type PassCard, renderPassCard } from '../../../src/web/pass-card/pass-card.ts'
import { createHostilePass, hostileTexts } from '../../support/passes/hostile-passes.ts'
import { difficultPasses, toPassJson } from '../../support/passes/sample-passes.ts'
import { ensureDebianPackages } from '../../support/run/debian.ts'
import { openBrowser, type TestBrowser } from '../../support/web/browser.ts'
import { listElements, readMarkup } from '../../support/web/read-markup.ts'

const isAvailable = await ensureDebianPackages(['chromium'], 'tests of cards in Chromium')
const options = { images: {}, locale: 'en', now: new Date('2027-06-04T23:30:00Z') } as const
const styles = ['generic', 'storeCard', 'coupon', 'eventTicket', 'boardingPass']

describe.skipIf(!isAvailable)('in Chromium', () => {
  let browser: TestBrowser
  let page: Page
  beforeAll(async () => {
    browser = await openBrowser()
    page = await browser.openPage({ width: 820, height: 900 })
  })
  afterAll(() => browser?.close())

  const show = async ({ front, back, css }: PassCard, attributes = '') => {
    const content = `<div style="width: 358px">${front}</div><div class="pass-details">${back}</div>`
    await page.setContent(
      `<style>${passCardCss}${css}</style><body ${attributes}>${content}<b>after</b></body>`,
    )
  }

  it.each(Object.keys(difficultPasses).flatMap((name) => styles.map((style) => [name, style])))(
    'no text of a pass that %s leaves the card or overlaps another: %s',
    async (name = '', style) => {
      const transit = style === 'boardingPass' ? { transitType: 'air' } : {}
      await show(
        await renderPassCard(toPassJson({ ...difficultPasses[name], ...transit, style }), options),
      )
      const [card] = await measureBoxes(page, '.pc-face')
      const texts = await measureBoxes(page, '.pc-face :is(dd, dt:not(.pc-unnamed), p, figcaption)')
      expect(texts.length).toBeGreaterThan(0)
      for (const [index, one] of texts.entries()) {
        expect(card && contains(card, one), one.content).toBe(true)
        for (const other of texts.slice(index + 1)) {
          expect(overlap(one, other), `${one.content} and ${other.content}`).toBe(false)
        }
      }
      const wide =
        '[...document.querySelectorAll(".pass-back *")].filter((at) => at.scrollWidth > at.clientWidth + 1 && at.clientWidth > 1).length'
      expect(await page.evaluate(wide)).toBe(0)
    },
  )

  it.each(hostileTexts)(
    'a card with %j has the elements that we wrote, and no others',
    async (text) => {
      const card = await renderPassCard(createHostilePass(text), options)
      const expected = [readMarkup(card.front, 'article'), readMarkup(card.back, 'dl')]
        .flatMap(listElements)
        .map(({ name }) => name)
      await show(card)
      const names =
        '[...document.querySelectorAll(".pass-card, .pass-card *, .pass-back, .pass-back *")].map((at) => at.localName)'
      expect(await page.evaluate(names)).toEqual(expected)
      expect(await page.locator('body > b').textContent()).toBe('after')
    },
  )

  it('a card inherits no styles from a page, not even its direction', async () => {
    const pass = toPassJson(difficultPasses['has every field full'] ?? {})
    const card = await renderPassCard(pass, options)
    await show(card)
    const alone = await measureTexts(page)
    await show(
      card,
      'dir="rtl" style="letter-spacing: 4px; font: italic 900 30px serif; text-align: right"',
    )
    expect(await measureTexts(page)).toEqual(alone)
  })

  it.each([
    ['Ada', undefined, 'left'],
    ['12 שלום Ada', undefined, 'right'],
    ['مرحبا', 'left', 'left'],
    ['مرحبا', 'center', 'center'],
    ['Ada', 'right', 'right'],
    ['Ada שלום', 'natural', 'left'],
  ])('the field %s aligned %s is on the %s', async (value, textAlignment, side) => {
    const secondaryFields = [{ value, ...(textAlignment && { textAlignment }) }]
    await show(await renderPassCard(toPassJson({ logoText: 'A', secondaryFields }), options))
    const measure =
      '(() => { const range = document.createRange(); range.selectNodeContents(document.querySelector(".pc-row dd")); const { left, right } = range.getBoundingClientRect(); return [left, right] })()'
    const [left, right] = z.tuple([z.number(), z.number()]).parse(await page.evaluate(measure))
    const [card] = await measureBoxes(page, '.pc-face')
    const [spaceLeft, spaceRight] = [left - (card?.left ?? 0), (card?.right ?? 0) - right]
    const found = Math.abs(spaceLeft - spaceRight) < 2 ? 'center' : 'left'
    expect(spaceRight < 15 ? 'right' : found).toBe(side)
  })

  it('a card keeps its proportions at any width', async () => {
    const card = await renderPassCard(toPassJson({ title: 'A' }), options)
    for (const width of [160, 280, 358, 600]) {
      await page.setContent(
        `<style>${passCardCss}${card.css}</style><div style="width: ${width}px">${card.front}</div>`,
      )
      const [face] = await measureBoxes(page, '.pc-face')
      const ratio = face && (face.bottom - face.top) / (face.right - face.left)
      expect(ratio).toBeCloseTo(450 / 358, 2)
    }
  })

  it('the texts of a card can be selected, in reading order, as they were written', async () => {
    const spec = {
      ...{ logoText: 'Straße', headerFields: [{ label: 'Points', value: 7 }] },
      primaryFields: [{ label: 'Größe', value: 'Ada Example' }],
      backFields: [{ value: 'Terms' }],
    }
    await show(await renderPassCard(toPassJson(spec), options))
    const select =
      'getSelection().selectAllChildren(document.querySelector(".pass-card")); [...document.querySelectorAll(".pass-card :is(p, dt, dd)")].map((at) => getSelection().containsNode(at, true) ? at.textContent : "")'
    expect(await page.evaluate(select)).toEqual(['Straße', 'Points', '7', 'Größe', 'Ada Example'])
  })
})

interface Box {
  content: string
  left: number
  right: number
  top: number
  bottom: number
}

/** Measures elements as the browser laid them out. */
function measureBoxes(page: Page, selector: string): Promise<Box[]> {
  return page.locator(selector).evaluateAll((elements) =>
    elements.map((element) => {
      const { left, right, top, bottom } = element.getBoundingClientRect()
      return { content: element.textContent ?? '', left, right, top, bottom }
    }),
  )
}

/** The places of all texts of a card, from its own left edge. */
async function measureTexts(page: Page) {
  const [card] = await measureBoxes(page, '.pc-face')
  const texts = await measureBoxes(page, '.pc-face :is(dd, dt, p, figcaption)')
  return texts.map(({ left, right, top }) =>
    [left - (card?.left ?? 0), right - (card?.left ?? 0), top - (card?.top ?? 0)].map(Math.round),
  )
}

/** Whether a box is within the padding of the card. */
function contains(card: Box, { left, right, top, bottom }: Box): boolean {
  const isInside = left >= card.left + 12 && right <= card.right - 12
  return isInside && top >= card.top && bottom <= card.bottom
}

/** Whether two texts overlap. */
function overlap(one: Box, other: Box): boolean {
  const across = Math.min(one.right, other.right) - Math.max(one.left, other.left)
  const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top)
  return across > 1 && down > 1
}
