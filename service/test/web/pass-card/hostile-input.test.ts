import { describe, expect, it } from 'vitest'
import { renderQrSvg } from '../../../src/web/barcode-svg.ts'
import { drawPass } from '../../../src/web/pass-card/pass-card.ts'
import { hostilePass, hostileTexts } from '../../support/hostile-passes.ts'
import { elementsOf, readSvg } from '../../support/read-svg.ts'
import { passJson } from '../../support/sample-passes.ts'

/** The only elements that a picture has, and the only attributes. */
const ours: Record<string, string[]> = {
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

describe('whatever a caller writes', () => {
  it.each(hostileTexts)('the picture stays one of our own elements and attributes: %j', (text) => {
    const options = { images: {}, locale: 'en', now: new Date(0) } as const
    for (const svg of [drawPass(hostilePass(text), options), renderQrSvg(`x${text}`)]) {
      for (const { name, attributes } of elementsOf(readSvg(svg))) {
        expect(Object.keys(ours)).toContain(name)
        for (const attribute of Object.keys(attributes)) expect(ours[name]).toContain(attribute)
        for (const value of [attributes.fill, attributes.stroke]) {
          if (value !== undefined) expect(value).toMatch(/^#[\da-f]{6}$/)
        }
      }
    }
  })

  it('keeps every character of it that can be shown', () => {
    const text = `</svg>&amp;"'<b>`
    const options = { images: {}, locale: 'en', now: new Date(0) } as const
    const drawn = elementsOf(readSvg(drawPass(passJson({ title: text }), options)))
    expect(drawn.filter((element) => element.text === text).map(({ name }) => name)).toEqual([
      'title',
      'text',
      'text',
    ])
  })
})
