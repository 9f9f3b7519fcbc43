import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { colorPresets, locales } from '@passwright/shared/schema'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EmailContent } from '../../src/email/templates/content.ts'
import { loadEmailTheme } from '../../src/email/templates/theme.ts'
import { buildPassEmail } from '../../src/pass-email/content.ts'
import { buildExistingKeyEmail, buildKeyEmail } from '../../src/signup/key-email.ts'
import { renderQrPng } from '../../src/web/barcode-svg.ts'
import { readWithZxing } from '../support/images/read-barcodes.ts'
import { emailData, shareUrl } from '../support/pass-email/email-samples.ts'
import { ensureDebianPackages } from '../support/run/debian.ts'
import { openBrowser, type TestBrowser } from '../support/web/browser.ts'

const isAvailable = await ensureDebianPackages(['chromium'], 'tests of emails in Chromium')
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const theme = await loadEmailTheme(undefined)
const qr = await renderQrPng(shareUrl)

const long = {
  ...emailData,
  qr,
  title: 'Annual membership with everything included, and a cat',
  organizationName: 'Riverside Climbing Club of Lower Example-on-Sea Incorporated',
  message: `Welcome!\n\nhttps://www.example.com/${'long-'.repeat(40)}\n${'M'.repeat(300)}\nنادي التسلق`,
  fields: ['Ada Example', 'R'.repeat(160), 'عضو ذهبي', '31 December 2027'].map((value) => ({
    label: 'A label of the greatest length that a pass may have, 64 letters.',
    value,
  })),
  colors: colorPresets.light,
  status: 'expired' as const,
  development: true,
}

const emails: [string, (locale: (typeof locales)[number]) => EmailContent][] = [
  ['an everyday pass', (locale) => buildPassEmail({ ...emailData, qr, locale }, theme)],
  ['a pass with long texts', (locale) => buildPassEmail({ ...long, locale }, theme)],
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
        theme,
      ),
  ],
  [
    'an address that has a key',
    (locale) => buildExistingKeyEmail({ locale, publicUrl: 'https://passes.example.com' }, theme),
  ],
]

describe.skipIf(!isAvailable)('in a browser', () => {
  let browser: TestBrowser
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser?.close())

  const rows = emails.flatMap(([name, build]) => [
    ...locales.map((locale) => [`${name}, ${locale}`, embedImages(build(locale))] as const),
    [`${name}, without its style block`, removeStyleBlock(embedImages(build('en')))] as const,
  ])
  it.each(rows)(
    'an email fits every width and has no accessibility violations: %s',
    async (_, html) => {
      for (const dark of [false, true]) {
        const page = await browser.openPage({ width: 320, height: 800, dark })
        await page.setContent(html)
        for (const width of [320, 390, 820, 1280]) {
          await page.setViewportSize({ width, height: 800 })
          expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
        }
        await page.evaluate(axe)
        expect(await page.evaluate(runAxe)).toEqual([])
        await page.context().close()
      }
    },
  )

  it.each([false, true])(
    'the QR code can be scanned from the screen, in dark mode: %s',
    async (dark) => {
      const page = await browser.openPage({ width: 820, height: 1200, dark })
      await page.setContent(embedImages(buildPassEmail({ ...emailData, qr }, theme)))
      const codes = await readWithZxing(await page.screenshot({ fullPage: true }))
      expect(codes.map(({ bytes }) => bytes.toString())).toEqual([shareUrl])
      await page.context().close()
    },
  )
})

/** Some email clients drop it. */
function removeStyleBlock(html: string): string {
  return html.replace(/<style>.*?<\/style>/s, '')
}

const runAxe = `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')))`

/** Embeds the images into the HTML, like an email client. */
function embedImages({ html, images }: EmailContent): string {
  return images.reduce(
    (text, { cid, png }) =>
      text.replace(`cid:${cid}`, `data:image/png;base64,${Buffer.from(png).toString('base64')}`),
    html,
  )
}
