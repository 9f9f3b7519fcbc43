import { describe, expect, it } from 'vitest'
import { renderQrSvg } from '../../../src/web/barcode-svg.ts'
import { renderPassCard } from '../../../src/web/pass-card/pass-card.ts'
import { createHostilePass, hostileTexts } from '../../support/passes/hostile-passes.ts'
import { toPassJson } from '../../support/passes/sample-passes.ts'
import { listElements, readMarkup, readSvg } from '../../support/web/read-markup.ts'

const options = { images: {}, locale: 'en', now: new Date(0) } as const

/** The only elements of our cards and codes, with their only attributes. */
const allowedAttributes: Record<string, string[]> = {
  article: ['class', 'dir', 'aria-label'],
  ...Object.fromEntries(['div', 'dl', 'figure'].map((name) => [name, ['class']])),
  ...Object.fromEntries(['dt', 'dd', 'p', 'figcaption'].map((name) => [name, ['class', 'dir']])),
  a: ['href', 'rel'],
  svg: ['class', 'xmlns', 'viewBox', 'role', 'aria-label'],
  title: [],
  rect: ['width', 'height', 'fill'],
  path: ['d', 'fill', 'fill-rule', 'shape-rendering'],
}

describe('hostile texts of a caller', () => {
  it.each(hostileTexts)('add no elements or attributes to the card: %j', async (text) => {
    const { front, back, css } = await renderPassCard(createHostilePass(text), options)
    const roots = [
      readMarkup(front, 'article'),
      readMarkup(back, 'dl'),
      readSvg(await renderQrSvg(`x${text}`)),
    ]
    for (const { name, attributes } of roots.flatMap(listElements)) {
      expect(Object.keys(allowedAttributes)).toContain(name)
      for (const attribute of Object.keys(attributes))
        expect(allowedAttributes[name]).toContain(attribute)
      if (attributes.class) expect(attributes.class).toMatch(/^[a-z][a-z\d -]*$/)
      if (attributes.href) expect(attributes.href).toMatch(/^(?:https?|mailto|tel):/)
    }
    expect(css).toMatch(/^\.pc(?:-[\da-f]{6}){3}\{(?:--pc-\w+:#[\da-f]{6};?){3}\}$/)
  })

  it('are shown with all their printable characters', async () => {
    const text = `</dd>&amp;"'<b>`
    const { front } = await renderPassCard(toPassJson({ title: text }), options)
    const elements = listElements(readMarkup(front, 'article'))
    expect(elements[0]?.attributes['aria-label']).toBe(text)
    expect(elements.filter((element) => element.text === text).map(({ name }) => name)).toEqual([
      'dd',
    ])
  })
})
