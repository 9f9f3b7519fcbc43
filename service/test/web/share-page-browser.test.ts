import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { PassRequest } from '@passwright/shared/schema'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBrowser, type PageOptions, type TestBrowser } from '../support/browser.ts'
import { ensureDebianPackages } from '../support/debian.ts'
import { readWithZbar, readWithZxing } from '../support/read-barcodes.ts'
import { memberCard, tokenOf, userAgents, voidPass } from '../support/share-page-reader.ts'
import { startTestService, type TestService } from '../support/test-service.ts'

const isThere = await ensureDebianPackages(
  ['chromium', 'zbar-tools'],
  'the share page looked at in Chromium',
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

describe.skipIf(!isThere)('the share page in a browser', () => {
  let service: TestService
  let browser: TestBrowser
  const tokens: Record<string, string> = { unknown: 'unknown' }

  beforeAll(async () => {
    service = await startTestService()
    browser = await openBrowser()
    const key = await service.createKey()
    for (const [name, request] of Object.entries(passes)) {
      tokens[name] = await tokenOf(service, key, request)
    }
    await voidPass(service, tokens.voided ?? '')
  })
  afterAll(async () => {
    await browser?.close()
    await service?.stop()
  })

  type On = keyof typeof userAgents
  const visit = async (name: string, on: On, options: PageOptions) => {
    const page = await browser.page({ ...options, userAgent: userAgents[on] })
    const heard: string[] = []
    page.on('request', (request) => heard.push(request.url()))
    page.on('console', (message) => heard.push(message.text()))
    page.on('dialog', (dialog) => heard.push(dialog.message()))
    page.on('pageerror', (error) => heard.push(error.message))
    const address = `${service.url}/p/${tokens[name]}`
    await page.goto(address)
    return { page, address, heard: () => heard.filter((each) => !each.startsWith('data:')) }
  }
  const names = [...Object.keys(passes), 'unknown']

  it.each(names)('%s: axe finds nothing, and nothing else is asked for', async (name) => {
    const looks: [On, PageOptions][] = [
      ['iphone', { width: 390, height: 844, locale: 'en' }],
      ['windows', { width: 1280, height: 800, locale: 'en', dark: true }],
      ['android', { width: 390, height: 844, locale: 'de', dark: true }],
      ['mac', { width: 820, height: 1180, locale: 'de' }],
    ]
    const turn = 2 * (names.indexOf(name) % 2)
    for (const [on, options] of name === 'short' ? looks : looks.slice(turn, turn + 2)) {
      const { page, address, heard } = await visit(name, on, options)
      for (const summary of await page.locator('summary').all()) await summary.click()
      expect(await violations(page)).toEqual([])
      expect(await page.getAttribute('html', 'lang')).toBe(options.locale)
      const missing =
        'Failed to load resource: the server responded with a status of 404 (Not Found)'
      expect(heard()).toEqual(name === 'unknown' ? [address, missing] : [address])
      await page.context().close()
    }
  })

  it.each(names)('%s: fits every width, also with letters twice as large', async (name) => {
    const { page } = await visit(name, 'iphone', { width: 320, height: 640 })
    for (const summary of await page.locator('summary').all()) await summary.click()
    for (const [width, letters] of [
      [320, '100%'],
      [390, '200%'],
      [640, '100%'],
      [820, '100%'],
      [1280, '200%'],
    ] as const) {
      await page.setViewportSize({ width, height: 800 })
      await page.evaluate(`document.documentElement.style.fontSize = '${letters}'`)
      const wider = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
      expect([width, letters, await page.evaluate(wider)]).toEqual([width, letters, 0])
    }
    await page.context().close()
  })

  it('can be scanned: the code of the pass, and on a desktop the one that leads to the page', async () => {
    const shareUrl = `http://localhost:3000/p/${tokens.short}`
    const own = { kind: 'QRCode', bytes: Buffer.from('MEMBER-1042') }
    const way = { kind: 'QRCode', bytes: Buffer.from(shareUrl) }
    for (const dark of [false, true]) {
      const phone = await visit('short', 'android', { width: 390, height: 844, dark })
      expect(await readWithZxing(await phone.page.screenshot())).toEqual([own])
      const desk = await visit('short', 'windows', { width: 1280, height: 800, dark })
      const read = await readWithZxing(await desk.page.screenshot())
      expect(read).toHaveLength(2)
      expect(read).toEqual(expect.arrayContaining([own, way]))
      const code = await desk.page.locator('.code:visible').screenshot()
      expect(await readWithZbar(code, 'QRCode')).toEqual(Buffer.from(shareUrl))
      const picture = await desk.page.locator('.pass').screenshot()
      expect(await readWithZbar(picture, 'QRCode')).toEqual(Buffer.from('MEMBER-1042'))
      await Promise.all([phone.page.context().close(), desk.page.context().close()])
    }
    for (const name of ['expired', 'voided']) {
      const { page } = await visit(name, 'windows', { width: 1280, height: 800 })
      expect(await readWithZxing(await page.screenshot())).toEqual([])
      await page.context().close()
    }
  })

  it('shows on an iPhone the pass and the way into Wallet at once, large enough to tap', async () => {
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

  it('can be used with the keyboard, which always shows where one is', async () => {
    const { page } = await visit('full', 'iphone', { width: 390, height: 844 })
    const here = `(() => { const at = document.activeElement; return at.className || at.textContent })()`
    const outline = 'getComputedStyle(document.activeElement).outline'
    const passed: unknown[] = []
    for (const _ of Array(4)) {
      await page.keyboard.press('Tab')
      passed.push(await page.evaluate(here))
      expect(await page.evaluate(outline)).toMatch(/solid 3px$/)
    }
    expect(passed).toEqual(['badge', 'On another device?', 'On the back', 'The pass as text'])
    expect(await page.getByText('Ada Example').locator('visible=true').count()).toBe(1)
    await page.keyboard.press('Enter')
    expect(await page.locator('dd', { hasText: 'Ada Example' }).isVisible()).toBe(true)
    await page.context().close()
  })
})

/** What axe-core finds, each with where it is. */
async function violations(page: Page): Promise<unknown> {
  await page.evaluate(axe)
  return page.evaluate(`axe.run(document, { rules: { 'target-size': { enabled: true } } })
    .then(({ violations }) => violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html.slice(0, 200))]))`)
}
