import { describe, expect, it } from 'vitest'
import { renderQrSvg } from '../../../src/web/barcode-svg.ts'
import { drawPass } from '../../../src/web/pass-card/pass-card.ts'
import { createHostilePass, hostileTexts } from '../../support/passes/hostile-passes.ts'
import { toPassJson } from '../../support/passes/sample-passes.ts'
import { listElements, readSvg } from '../../support/web/read-svg.ts'

/** The only elements of our SVG images, with their only attributes. */
const allowedAttributes: Record<string, string[]> = {
  svg: [
    ...['xmlns', 'width', 'height', 'viewBox', 'font-family', 'font-weight', 'font-style'],
    ...['letter-spacing', 'direction', 'xml:space', 'role'],
  ],
  title: [],
  g: ['transform'],
  rect: ['x', 'y', 'width', 'height', 'rx', 'fill', 'fill-opacity', 'stroke', 'stroke-opacity'],
  path: ['d', 'fill', 'shape-rendering', 'transform'],
  text: [
    ...['x', 'y', 'font-size', 'font-weight', 'fill', 'direction', 'text-anchor'],
    ...['textLength', 'lengthAdjust'],
  ],
}

describe('hostile texts of a caller', () => {
  it.each(hostileTexts)('add no elements or attributes to the SVG: %j', async (text) => {
    const options = { images: {}, locale: 'en', now: new Date(0) } as const
    for (const svg of [
      await drawPass(createHostilePass(text), options),
      await renderQrSvg(`x${text}`),
    ]) {
      for (const { name, attributes } of listElements(readSvg(svg))) {
        expect(Object.keys(allowedAttributes)).toContain(name)
        for (const attribute of Object.keys(attributes))
          expect(allowedAttributes[name]).toContain(attribute)
        for (const value of [attributes.fill, attributes.stroke]) {
          if (value !== undefined) expect(value).toMatch(/^#[\da-f]{6}$/)
        }
      }
    }
  })

  it('are drawn with all their printable characters', async () => {
    const text = `</svg>&amp;"'<b>`
    const options = { images: {}, locale: 'en', now: new Date(0) } as const
    const drawn = listElements(readSvg(await drawPass(toPassJson({ title: text }), options)))
    expect(drawn.filter((element) => element.text === text).map(({ name }) => name)).toEqual([
      'title',
      'text',
      'text',
    ])
  })
})
