import { readdirSync } from 'node:fs'
import { locales } from '@passwright/shared/schema'
import { describe, expect, it } from 'vitest'
import { badges } from '../../src/email/templates/badge.ts'
import { readHeader } from '../support/images/png.ts'

describe.each(locales)('the built-in Add to Apple Wallet badge, %s', (locale) => {
  const { png, svg, width, height, alt } = badges[locale]

  it('is a PNG at three times its display size', () => {
    expect(readHeader(Buffer.from(png))).toMatchObject({ width: width * 3, height: height * 3 })
    expect(height).toBe(48)
    expect(png.length).toBeLessThan(15_000)
  })

  it('is an SVG without fonts, scripts or external resources', () => {
    expect(svg).toMatch(
      new RegExp(
        `^<svg xmlns="http://www\\.w3\\.org/2000/svg" width="${width}" height="${height}"`,
      ),
    )
    expect(svg).not.toMatch(/<text|<style|font-|<script|<image|href|url\(|\son\w+=/)
  })

  it('has a text alternative, also as the title of the SVG', () => {
    expect(svg).toContain(`<title>${alt}</title>`)
    expect(alt).toBe({ en: 'Add to Apple Wallet', de: 'Zu Apple Wallet hinzufügen' }[locale])
  })

  it('has a dark background and a light outline, for pages of any color', () => {
    expect(svg).toMatch(/<rect [^>]*fill="#1c1c1e" stroke="#a6a6ab"\/>/)
  })
})

it('there is a badge for every language and no other file', () => {
  const files = readdirSync(new URL('../../src/email/templates/assets', import.meta.url)).sort()
  expect(files).toEqual(
    locales.flatMap((locale) => [`badge-${locale}.png`, `badge-${locale}.svg`]).sort(),
  )
})
