import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestService, type TestService } from '../../support/environment/test-service.ts'
import { createServiceAccount, ISSUER_ID } from '../../support/google/service-account.ts'
import { ensureDebianPackages } from '../../support/run/debian.ts'
import { findViolations, measureOverflow } from '../../support/web/axe.ts'
import { openBrowser, type PageOptions, type TestBrowser } from '../../support/web/browser.ts'

const isAvailable = await ensureDebianPackages(['chromium'], 'tests of the editor in Chromium')

describe.skipIf(!isAvailable)('the editor while Google Wallet is on', () => {
  let service: TestService
  let browser: TestBrowser

  beforeAll(async () => {
    service = await startTestService({
      env: {
        PUBLIC_URL: 'https://passes.example.com',
        GOOGLE_WALLET_ISSUER_ID: ISSUER_ID,
        GOOGLE_WALLET_CREDENTIALS: createServiceAccount('http://127.0.0.1:9/token').json,
      },
    })
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await service?.stop()
  })

  const visit = async (options: PageOptions) => {
    const page = await browser.openPage(options)
    await page.goto(service.url)
    await page.locator('#google-card .google-card').waitFor({ state: 'attached' })
    return page
  }

  it('shows both cards at once on a wide page, and each follows what is typed', async () => {
    const page = await visit({ width: 1280, height: 900, locale: 'en' })
    await page.getByLabel('Title', { exact: true }).fill('Alpine Club')
    for (const card of ['#card .pass-card', '#google-card .google-card']) {
      await expect.poll(() => page.locator(card).textContent()).toContain('Alpine Club')
      expect(await page.locator(card).isVisible()).toBe(true)
    }
    expect(await page.getByRole('button', { name: 'Google Wallet' }).isVisible()).toBe(false)
    // What only Google Wallet does not show is said beside the field.
    await page.getByLabel('Prohibit Sharing').selectOption('true')
    const warning = page.locator('[data-issue="sharingProhibited"]')
    await expect.poll(() => warning.textContent()).toContain('Google Wallet')
    expect([await findViolations(page), await measureOverflow(page)]).toEqual([[], 0])
    await page.context().close()
  })

  it('shows one card on a phone, and the other by touch', async () => {
    const options = { width: 390, height: 844, hasTouch: true, dark: true, locale: 'de' }
    const page = await visit(options)
    const [apple, google] = [page.locator('#card'), page.locator('#google-card')]
    const areVisible = async () => [await apple.isVisible(), await google.isVisible()]
    expect(await areVisible()).toEqual([true, false])
    await page.getByRole('button', { name: 'Google Wallet' }).tap()
    expect(await areVisible()).toEqual([false, true])
    expect([await findViolations(page), await measureOverflow(page)]).toEqual([[], 0])
    await page.getByRole('button', { name: 'Apple Wallet' }).tap()
    expect(await areVisible()).toEqual([true, false])
    await page.context().close()
  })
})
