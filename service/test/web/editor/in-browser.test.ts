import { readFileSync } from 'node:fs'
import type { Locator, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifyPass } from '../../../src/apple/verify/verify-pass.ts'
import { startTestService, type TestService } from '../../support/environment/test-service.ts'
import { readPassJson } from '../../support/phones/read-pass-json.ts'
import { ensureDebianPackages } from '../../support/run/debian.ts'
import { findViolations, measureOverflow } from '../../support/web/axe.ts'
import { openBrowser, type PageOptions, type TestBrowser } from '../../support/web/browser.ts'

const isAvailable = await ensureDebianPackages(['chromium'], 'tests of the editor in Chromium')

describe.skipIf(!isAvailable)('the home page in a browser', () => {
  let service: TestService
  let browser: TestBrowser
  let key: string

  beforeAll(async () => {
    service = await startTestService({ env: { SIGNUP: 'closed' } })
    browser = await openBrowser()
    key = await service.createKey()
  })
  afterAll(async () => {
    await browser?.close()
    await service?.stop()
  })

  /** Opens the page and waits for the editor; what goes wrong or elsewhere is in `faults`. */
  const visit = async (options: Partial<PageOptions> = {}, path = '/') => {
    const page = await browser.openPage({ width: 1280, height: 900, locale: 'en', ...options })
    const faults: string[] = []
    page.on('request', (request) => {
      const url = request.url()
      if (!/^(?:data|blob):/.test(url) && !url.startsWith(service.url)) faults.push(url)
    })
    page.on('console', (message) => faults.push(message.text()))
    page.on('pageerror', (error) => faults.push(error.message))
    await page.goto(service.url + path)
    if (path === '/') await page.locator('#editor').waitFor()
    return { page, faults }
  }

  /** Presses Tab until this has the focus. */
  const tabTo = async (page: Page, target: Locator) => {
    const focused = target.and(page.locator(':focus'))
    for (let pressed = 0; pressed < 150; pressed += 1) {
      await page.keyboard.press('Tab')
      if ((await focused.count()) > 0) return
    }
    throw new Error(`Tab never reaches ${target}`)
  }

  it('leads by keyboard alone from the address to a pass that verify takes', async () => {
    const { page, faults } = await visit()
    const focused = 'document.activeElement.textContent'
    await page.keyboard.press('Tab')
    expect(await page.evaluate(focused)).toBe('Skip to the editor')
    await page.keyboard.press('Enter')
    await tabTo(page, page.getByLabel('Title', { exact: true }))
    await page.keyboard.press('Control+A')
    await page.keyboard.type('Alpine Club')
    await expect.poll(() => page.locator('#card .pass-card').textContent()).toContain('Alpine Club')
    await tabTo(page, page.getByRole('button', { name: 'Add: Primary Fields' }))
    await page.keyboard.press('Enter')
    await page.keyboard.type('Name')
    await page.keyboard.press('Tab')
    await page.keyboard.type('Ada Example-Élise')
    await expect
      .poll(() => page.locator('#card .pass-card').textContent())
      .toContain('Ada Example-Élise')
    await tabTo(page, page.getByLabel('API key'))
    await page.keyboard.type(key)
    await tabTo(page, page.getByRole('button', { name: 'Download the pass' }))
    const download = page.waitForEvent('download')
    await page.keyboard.press('Enter')
    const file = readFileSync(await (await download).path())
    expect(verifyPass(file)).toMatchObject({ accepted: true })
    expect(await readPassJson(file)).toMatchObject({
      logoText: 'Riverside',
      generic: { primaryFields: [{ label: 'Name', value: 'Ada Example-Élise' }] },
    })
    await expect
      .poll(() => page.getByRole('status').last().textContent())
      .toContain('The pass is made')
    expect((await download).suggestedFilename()).toBe('alpine-club.pkpass')
    // The key stays in memory.
    expect(
      await page.evaluate('JSON.stringify([localStorage, sessionStorage, document.cookie])'),
    ).toBe('[{},{},""]')
    expect(faults).toEqual([])
    await page.context().close()
  })

  it('shows what is wrong and what Wallet will not show beside the field, and goes on with the rest', async () => {
    const { page } = await visit()
    const issueOf = (path: string) => page.locator(`[data-issue="${path}"]`)
    await page.getByLabel('Barcode Format', { exact: true }).selectOption('Code128')
    await page.getByLabel('Barcode Value', { exact: true }).fill('Zürich')
    await issueOf('barcodeValue').waitFor()
    expect(
      await page.getByLabel('Barcode Value', { exact: true }).getAttribute('aria-invalid'),
    ).toBe('true')
    await page.getByLabel('Barcode Value', { exact: true }).fill('ZURICH')
    await issueOf('barcodeValue').waitFor({ state: 'hidden' })
    await page.locator('[data-group=whenAndWhere] > summary').click()
    await page.getByLabel('Relevant On').fill('5.3.')
    await issueOf('relevantDate').waitFor()
    // An empty entry is not sent, so the second one of the form is the first one of the request.
    await page.locator('[data-group=fields]').getByRole('button', { name: 'Add: Back' }).click()
    await page.locator('#f-backFields-1-value').fill('Back')
    await page.locator('#f-backFields-0-label, #f-backFields-0-value').first().fill('')
    await page.locator('#f-backFields-0-value').fill('')
    await page.locator('[data-path="backFields[1]"] details summary').click()
    await page.locator('#f-backFields-1-changeMessage').fill('No placeholder')
    await issueOf('backFields[1].changeMessage').waitFor()
    expect(await issueOf('backFields[1].changeMessage').textContent()).toMatch(/has no %@/i)
    expect(await page.locator('#card .pass-back').textContent()).toContain('Back')
    await page.context().close()
  })

  it('turns {{input}} into an input, shows a picture from this device, and speaks German', async () => {
    const { page, faults } = await visit({ locale: 'de' })
    expect(await page.getAttribute('html', 'lang')).toBe('de')
    await page.getByLabel('Wert', { exact: true }).first().fill('Hallo {{name}}')
    await page.locator('#inputs').getByLabel('Beispiel').fill('Ada')
    await expect.poll(() => page.locator('#card .pass-card').textContent()).toContain('Hallo Ada')
    await page.getByRole('tab', { name: 'n8n' }).click()
    expect(await page.locator('#panel-n8n').textContent()).toContain(
      '=Hallo {{ $json[\\"name\\"] }}',
    )
    await page.locator('[data-group=images] > summary').click()
    const create = { width: 2000, height: 1000, channels: 3 as const, background: '#00aa55' }
    const buffer = await sharp({ create }).jpeg().toBuffer()
    await page
      .locator('#f-logoURL-file')
      .setInputFiles({ name: 'a.jpg', mimeType: 'image/jpeg', buffer })
    await page.locator('#card .pc-logo').waitFor()
    await page.locator('#f-thumbnailURL').fill('https://club.example/ada.jpg')
    await page.locator('#card .pc-thumbnail').waitFor()
    await page.getByRole('tab', { name: 'curl' }).click()
    const size = (await page.locator('#panel-curl').textContent())?.length ?? 0
    expect(size).toBeGreaterThan(1_000)
    expect(size).toBeLessThan(100_000)
    expect(faults).toEqual([])

    // Its own words are German, those of the API are marked as English.
    const status = page.locator('#make').getByRole('status')
    const download = page.getByRole('button', { name: 'Pass herunterladen' })
    await page.getByLabel('API-Schlüssel').fill('pw_live_wrong')
    await download.click()
    await expect.poll(() => status.textContent()).toMatch(/^Dieser Schlüssel gilt nicht/)
    expect(await status.getAttribute('lang')).toBe(null)
    await page.getByLabel('API-Schlüssel').fill(key)
    await page.locator('[data-group=whenAndWhere] > summary').click()
    await page.locator('#f-expirationDays').fill('4000')
    await download.click()
    await expect.poll(() => status.getAttribute('lang')).toBe('en')
    expect(await page.locator('[data-issue="expirationDays"]').getAttribute('lang')).toBe('en')
    await page.context().close()
  })

  it('by touch on a phone saves a ready template with a key, opens it, changes it and applies it', async () => {
    const { page, faults } = await visit({ width: 390, height: 844, hasTouch: true })
    await page.getByRole('button', { name: 'Gym membership' }).tap()
    await expect.poll(() => page.locator('#card .pass-card').textContent()).toContain('Ada Example')
    const save = page.getByRole('button', { name: 'Save as template' })
    const status = page.locator('#make').getByRole('status')
    await save.tap()
    await expect.poll(() => status.textContent()).toBe('Paste your API key first.')
    await page.getByLabel('API key').fill(key)
    await page.getByLabel('Template name').fill('Our gym')
    await save.tap()
    await expect.poll(() => status.textContent()).toBe('The template is saved: Our gym, 1.')
    const client = service.client(key)
    const [summary] = (await client.listTemplates()).templates
    expect(summary).toMatchObject({ name: 'Our gym', version: 1 })
    expect(summary?.inputs.map(({ key: input }) => input)).toContain('valid_until')
    const { pass } = await client.getTemplate(summary?.templateId ?? '')
    expect(pass).toMatchObject({ barcodeValue: '{{number}}', expirationDate: '{{valid_until}}' })

    await page.getByRole('button', { name: 'Member card' }).tap()
    await page.getByRole('button', { name: 'Open a template' }).tap()
    await page.getByRole('button', { name: 'Our gym' }).tap()
    await expect.poll(() => status.textContent()).toBe('The template is open: Our gym.')
    await page.getByLabel('Logo Text', { exact: true }).fill('Gym by the river')
    await page.getByRole('button', { name: 'Save the template' }).tap()
    await expect.poll(() => status.textContent()).toBe('The template is saved: Our gym, 2.')
    await page.getByRole('button', { name: 'Apply to its passes' }).tap()
    await expect.poll(() => status.textContent()).toBe('Its passes are being made anew: 0.')
    expect(faults).toEqual([])
    await page.context().close()
  })

  const views: [path: string, width: number, dark: boolean][] = [
    ['/', 390, false],
    ['/', 820, true],
    ['/', 1280, false],
    ['/', 390, true],
    ['/', 820, false],
    ['/', 1280, true],
    ['/docs#contents', 390, true],
    ['/docs', 1280, false],
    ['/docs/mail', 820, true],
  ]
  it.each(views)(
    '%s has no accessibility violations and fits, %s wide, dark and German: %s',
    async (path, width, dark) => {
      const { page, faults } = await visit(
        { width, dark, height: 900, locale: dark ? 'de' : 'en' },
        path,
      )
      if (path === '/') {
        await page.locator('#f-barcodeFormat').selectOption('Code128')
        await page.locator('#f-barcodeValue').fill('Zürich {{city}}')
        await page.locator('[data-issue="barcodeValue"]').waitFor()
        await page.evaluate(
          `document.querySelectorAll('#form details').forEach((each) => { each.open = true })`,
        )
        await page.getByRole('tab', { name: 'Zapier' }).click()
        // The way back to the card, which may cover something while it is out of sight.
        await page.evaluate('scrollTo(0, 0)')
        await page.locator('#to-card').waitFor({ state: 'hidden' })
      }
      expect(await findViolations(page)).toEqual([])
      expect(await measureOverflow(page)).toBe(0)
      expect(faults.filter((fault) => !fault.includes('status of 400'))).toEqual([])
      await page.context().close()
    },
  )

  it('without scripts shows the sample, its command and the way to a key', async () => {
    const html = await (await service.fetch('/')).text()
    const text = html.replace(/<script[\s\S]*?<\/script>/g, '')
    expect(text).toContain('class="pass-card')
    expect(text).toMatch(/<noscript>[\s\S]*curl -sS -X POST[\s\S]*<\/noscript>/)
    expect(text).toContain('Ask the operator of this server for an API key')
    const sample = await service.fetch('/sample.pkpass')
    expect(sample.headers.get('content-type')).toBe('application/vnd.apple.pkpass')
    const file = Buffer.from(await sample.arrayBuffer())
    expect(verifyPass(file)).toMatchObject({ accepted: true })
    expect((await readPassJson(file)).webServiceURL).toBeUndefined()
    const again = await service.fetch('/sample.pkpass')
    expect(Buffer.from(await again.arrayBuffer())).toEqual(file)
  })
})
