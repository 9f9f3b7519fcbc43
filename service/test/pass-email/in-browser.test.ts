import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { colorPresets, locales } from '@passwright/shared/schema'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EmailContent } from '../../src/email/templates/content.ts'
import { loadEmailTheme } from '../../src/email/templates/theme.ts'
import { buildPassEmail } from '../../src/pass-email/content.ts'
import { buildExistingKeyEmail, buildKeyEmail } from '../../src/signup/key-email.ts'
import { renderQrPng } from '../../src/web/barcode-svg.ts'
import { openBrowser, type TestBrowser } from '../support/browser.ts'
import { ensureDebianPackages } from '../support/debian.ts'
import { facts, shareUrl } from '../support/email-samples.ts'
import { readWithZxing } from '../support/read-barcodes.ts'

const hasBrowser = await ensureDebianPackages(['chromium'], 'the letters seen in a browser')
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const stationery = await loadEmailTheme(undefined)
const qr = await renderQrPng(shareUrl)

const long = {
  ...facts,
  qr,
  title: 'Annual membership with everything included, and a cat',
  organizationName: 'Riverside Climbing Club of Lower Example-on-Sea Incorporated',
  message: `Welcome!\n\nhttps://www.example.com/${'long-'.repeat(40)}\n${'M'.repeat(300)}\nنادي التسلق`,
  fields: ['Ada Example', 'R'.repeat(160), 'عضو ذهبي', '31 December 2027'].map((value) => ({
    label: 'A label of the greatest length that a pass may have, 64 letters.',
    value,
  })),
  colors: colorPresets.light,
  state: 'expired' as const,
  development: true,
}

const letters: [string, (locale: (typeof locales)[number]) => EmailContent][] = [
  ['an everyday pass', (locale) => buildPassEmail({ ...facts, qr, locale }, stationery)],
  ['a pass with long texts', (locale) => buildPassEmail({ ...long, locale }, stationery)],
  [
    'a new key',
    (locale) =>
      buildKeyEmail(
        {
          locale,
          key: `pw_live_${'k'.repeat(43)}`,
          publicUrl: 'https://passes.example.com',
          limit: 1000,
        },
        stationery,
      ),
  ],
  [
    'a key that is known',
    (locale) =>
      buildExistingKeyEmail({ locale, publicUrl: 'https://passes.example.com' }, stationery),
  ],
]

describe.skipIf(!hasBrowser)('in a browser', () => {
  let browser: TestBrowser
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser?.close())

  const rows = letters.flatMap(([name, make]) => [
    ...locales.map((locale) => [`${name}, ${locale}`, shown(make(locale))] as const),
    [`${name}, without its style block`, withoutStyle(shown(make('en')))] as const,
  ])
  it.each(rows)('a letter fits every width, and axe finds nothing: %s', async (_, html) => {
    for (const dark of [false, true]) {
      const page = await browser.page({ width: 320, height: 800, dark })
      await page.setContent(html)
      for (const width of [320, 390, 820, 1280]) {
        await page.setViewportSize({ width, height: 800 })
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
      }
      await page.evaluate(axe)
      expect(await page.evaluate(findings)).toEqual([])
      await page.context().close()
    }
  })

  it.each([false, true])('the code is read off the screen, in the dark: %s', async (dark) => {
    const page = await browser.page({ width: 820, height: 1200, dark })
    await page.setContent(shown(buildPassEmail({ ...facts, qr }, stationery)))
    const codes = await readWithZxing(await page.screenshot({ fullPage: true }))
    expect(codes.map(({ bytes }) => bytes.toString())).toEqual([shareUrl])
    await page.context().close()
  })
})

/** Some views of mail programs drop it. */
function withoutStyle(html: string): string {
  return html.replace(/<style>.*?<\/style>/s, '')
}

const findings = `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')))`

/** The pictures in their places, as a mail program puts them there. */
function shown({ html, images }: EmailContent): string {
  return images.reduce(
    (text, { cid, png }) =>
      text.replace(`cid:${cid}`, `data:image/png;base64,${Buffer.from(png).toString('base64')}`),
    html,
  )
}
