import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { PassRequest } from '@passwright/shared/schema'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import { readWithZbar, readWithZxing } from '../support/images/read-barcodes.ts'
import { ensureDebianPackages } from '../support/run/debian.ts'
import { openBrowser, type PageOptions, type TestBrowser } from '../support/web/browser.ts'
import {
  createPassToken,
  memberCard,
  userAgents,
  voidPass,
} from '../support/web/share-page-reader.ts'

const isAvailable = await ensureDebianPackages(
  ['chromium', 'zbar-tools'],
  'tests of the share page in Chromium',
)

const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')

const word = 'Donaudampfschifffahrtsgesellschaftskapitänsmützen'
const field = (label: string, value: string) => ({ label, value })
const passes: Record<string, PassRequest> = {
  short: memberCard,
  full: {
    ...memberCard,
    barcodeFormat: 'PDF417',
    barcodeAltText: 'No. 1042',
    organizationName: 'Riverside Climbing Club e.V.',
    headerFields: [field('Points', '1250')],
    secondaryFields: [field('Level', 'Gold'), field('Since', '2019')],
    backFields: [
      field('Rules', 'Climb at any time during opening hours. '.repeat(60)),
      { ...field('Web', 'x'), attributedValue: 'See <a href="https://club.example/">us</a>.' },
      { value: 'Without a label' },
    ],
    expirationDate: '2099-01-01T00:00:00Z',
  },
  rightToLeft: {
    title: 'نادي التسلق',
    label: 'عضو',
    value: 'آدا مثال',
    barcodeValue: '42',
    barcodeFormat: 'Aztec',
    backFields: [field('قواعد', 'يرجى إبراز هذه البطاقة عند الدخول.')],
  },
  withoutCode: { title: 'Library card', colorPreset: 'light' },
  longWords: { ...memberCard, title: word, value: word, backFields: [field(word, word)] },
  hostile: {
    ...memberCard,
    title: '<img src=x onerror=alert(1)>',
    value: '</svg><script>alert(1)',
  },
  expired: { ...memberCard, expirationDate: '2020-01-01T00:00:00Z' },
  voided: memberCard,
}

describe.skipIf(!isAvailable)('the share page in a browser', () => {
  let service: TestService
  let browser: TestBrowser
  const tokens: Record<string, string> = { unknown: 'unknown' }

  beforeAll(async () => {
    service = await startTestService()
    browser = await openBrowser()
    const key = await service.createKey()
    for (const [name, request] of Object.entries(passes)) {
      tokens[name] = await createPassToken(service, key, request)
    }
    await voidPass(service, tokens.voided ?? '')
  })
  afterAll(async () => {
    await browser?.close()
    await service?.stop()
  })

  type On = keyof typeof userAgents
  const visit = async (name: string, on: On, options: PageOptions) => {
    const page = await browser.openPage({ ...options, userAgent: userAgents[on] })
    const events: string[] = []
    page.on('request', (request) => events.push(request.url()))
    page.on('console', (message) => events.push(message.text()))
    page.on('dialog', (dialog) => events.push(dialog.message()))
    page.on('pageerror', (error) => events.push(error.message))
    const address = `${service.url}/p/${tokens[name]}`
    await page.goto(address)
    return { page, address, getEvents: () => events.filter((each) => !each.startsWith('data:')) }
  }
  const names = [...Object.keys(passes), 'unknown']

  it.each(names)('%s: has no accessibility violations and requests nothing else', async (name) => {
    const views: [On, PageOptions][] = [
      ['iphone', { width: 390, height: 844, locale: 'en' }],
      ['windows', { width: 1280, height: 800, locale: 'en', dark: true }],
      ['android', { width: 390, height: 844, locale: 'de', dark: true }],
      ['mac', { width: 820, height: 1180, locale: 'de' }],
    ]
    const offset = 2 * (names.indexOf(name) % 2)
    for (const [on, options] of name === 'short' ? views : views.slice(offset, offset + 2)) {
      const { page, address, getEvents } = await visit(name, on, options)
      for (const summary of await page.locator('summary').all()) await summary.click()
      expect(await findViolations(page)).toEqual([])
      expect(await page.getAttribute('html', 'lang')).toBe(options.locale)
      const missing =
        'Failed to load resource: the server responded with a status of 404 (Not Found)'
      expect(getEvents()).toEqual(name === 'unknown' ? [address, missing] : [address])
      await page.context().close()
    }
  })

  it.each(names)('%s: fits every width, also with the font size doubled', async (name) => {
    const { page } = await visit(name, 'iphone', { width: 320, height: 640 })
    for (const summary of await page.locator('summary').all()) await summary.click()
    for (const [width, fontSize] of [
      [320, '100%'],
      [390, '200%'],
      [640, '100%'],
      [820, '100%'],
      [1280, '200%'],
    ] as const) {
      await page.setViewportSize({ width, height: 800 })
      await page.evaluate(`document.documentElement.style.fontSize = '${fontSize}'`)
      const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
      expect([width, fontSize, await page.evaluate(overflow)]).toEqual([width, fontSize, 0])
    }
    await page.context().close()
  })

  it('has scannable codes: the barcode of the pass, and on a desktop the QR code of the page', async () => {
    const shareUrl = `http://localhost:3000/p/${tokens.short}`
    const barcode = { kind: 'QRCode', bytes: Buffer.from('MEMBER-1042') }
    const pageCode = { kind: 'QRCode', bytes: Buffer.from(shareUrl) }
    for (const dark of [false, true]) {
      const phone = await visit('short', 'android', { width: 390, height: 844, dark })
      expect(await readWithZxing(await phone.page.screenshot())).toEqual([barcode])
      const desktop = await visit('short', 'windows', { width: 1280, height: 800, dark })
      const read = await readWithZxing(await desktop.page.screenshot())
      expect(read).toHaveLength(2)
      expect(read).toEqual(expect.arrayContaining([barcode, pageCode]))
      const code = await desktop.page.locator('.code:visible').screenshot()
      expect(await readWithZbar(code, 'QRCode')).toEqual(Buffer.from(shareUrl))
      const card = await desktop.page.locator('.pass').screenshot()
      expect(await readWithZbar(card, 'QRCode')).toEqual(Buffer.from('MEMBER-1042'))
      await Promise.all([phone.page.context().close(), desktop.page.context().close()])
    }
    for (const name of ['expired', 'voided']) {
      const { page } = await visit(name, 'windows', { width: 1280, height: 800 })
      expect(await readWithZxing(await page.screenshot())).toEqual([])
      await page.context().close()
    }
  })

  it('on an iPhone shows the pass and the Wallet badge without scrolling, large enough to tap', async () => {
    const { page } = await visit('short', 'iphone', { width: 390, height: 844 })
    const badge = await page.locator('.badge').boundingBox()
    expect(badge?.height).toBeGreaterThanOrEqual(48)
    expect((badge?.y ?? 844) + (badge?.height ?? 0)).toBeLessThanOrEqual(844)
    for (const name of ['short', 'full', 'expired']) {
      await page.goto(`${service.url}/p/${tokens[name]}`)
      for (const summary of await page.locator('summary').all()) await summary.click()
      for (const target of await page.locator('main > :not(.more) a, .others a, summary').all()) {
        expect((await target.boundingBox())?.height).toBeGreaterThanOrEqual(24)
      }
    }
    await page.context().close()
  })

  it('shows the back and the text of the pass when it is printed', async () => {
    const { page } = await visit('full', 'iphone', { width: 390, height: 844 })
    const rules = page.locator('.pass-back dd').first()
    expect(await rules.isVisible()).toBe(false)
    await page.emulateMedia({ media: 'print' })
    expect(await rules.isVisible()).toBe(true)
    expect(await page.locator('.pass-card').isVisible()).toBe(true)
    expect(await page.locator('.badge').isVisible()).toBe(false)
    await page.context().close()
  })

  it('can be used with the keyboard, with a visible focus', async () => {
    const { page } = await visit('full', 'iphone', { width: 390, height: 844 })
    const focused = `(() => { const at = document.activeElement; return at.className || at.textContent })()`
    const outline = 'getComputedStyle(document.activeElement).outline'
    const visited: unknown[] = []
    for (const _ of Array(4)) {
      await page.keyboard.press('Tab')
      visited.push(await page.evaluate(focused))
      expect(await page.evaluate(outline)).toMatch(/solid 3px$/)
    }
    expect(visited).toEqual(['badge', 'On another device?', 'On the back', 'The pass as text'])
    expect(await page.getByText('Ada Example').locator('visible=true').count()).toBe(1)
    await page.keyboard.press('Enter')
    expect(await page.locator('.more dd', { hasText: 'Ada Example' }).isVisible()).toBe(true)
    await page.context().close()
  })
})

/** Runs axe-core and returns each violation with the HTML of its elements. */
async function findViolations(page: Page): Promise<unknown> {
  await page.evaluate(axe)
  return page.evaluate(`axe.run(document, { rules: { 'target-size': { enabled: true } } })
    .then(({ violations }) => violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html.slice(0, 200))]))`)
}
