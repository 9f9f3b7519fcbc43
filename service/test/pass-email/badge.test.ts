import { readdirSync } from 'node:fs'
import { locales } from '@passwright/shared/schema'
import { describe, expect, it } from 'vitest'
import { badges } from '../../src/web/badge.ts'
import { readHeader } from '../support/png.ts'

describe.each(locales)('our Add to Apple Wallet badge, %s', (locale) => {
  const { png, svg, width, height, alt } = badges[locale]

  it('is a PNG of three times the size that it is shown at', () => {
    expect(readHeader(Buffer.from(png))).toMatchObject({ width: width * 3, height: height * 3 })
    expect(height).toBe(48)
    expect(png.length).toBeLessThan(15_000)
  })

  it('is an SVG of that size that needs no font, no script and nothing from elsewhere', () => {
    expect(svg).toMatch(
      new RegExp(
        `^<svg xmlns="http://www\\.w3\\.org/2000/svg" width="${width}" height="${height}"`,
      ),
    )
    expect(svg).not.toMatch(/<text|<style|font-|<script|<image|href|url\(|\son\w+=/)
  })

  it('has its words as title and for who does not see it', () => {
    expect(svg).toContain(`<title>${alt}</title>`)
    expect(alt).toBe({ en: 'Add to Apple Wallet', de: 'Zu Apple Wallet hinzufügen' }[locale])
  })

  it('brings a dark ground of its own and a light outline, for pages of any color', () => {
    expect(svg).toMatch(/<rect [^>]*fill="#1c1c1e" stroke="#a6a6ab"\/>/)
  })
})

it('there is a badge in every language and no other file beside them', () => {
  const files = readdirSync(new URL('../../src/web/assets', import.meta.url)).sort()
  expect(files).toEqual(
    locales.flatMap((locale) => [`badge-${locale}.png`, `badge-${locale}.svg`]).sort(),
  )
})
