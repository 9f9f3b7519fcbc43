import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listTicks } from '../../../src/web/stats-page/browser/ticks.ts'
import { startTestService, type TestService } from '../../support/environment/test-service.ts'
import { ensureDebianPackages } from '../../support/run/debian.ts'
import { findViolations, measureOverflow } from '../../support/web/axe.ts'
import { openBrowser, type PageOptions, type TestBrowser } from '../../support/web/browser.ts'

const isAvailable = await ensureDebianPackages(['chromium'], 'tests of the statistics in Chromium')

describe.skipIf(!isAvailable)('the page with the statistics', () => {
  let service: TestService
  let browser: TestBrowser
  let key: string

  beforeAll(async () => {
    service = await startTestService()
    browser = await openBrowser()
    key = await service.createKey()
    const client = service.client(key)
    const template = { name: 'Gym', pass: { title: 'Gym', value: '{{name}}' } }
    await client.createTemplate(template)
    for (const name of ['Ada', 'Grace', 'Linus']) {
      await client.createPass({ template: 'Gym', values: { name } })
    }
    const { serialNumber } = await client.createPass({ title: 'Club' })
    await client.voidPass(serialNumber)
  })
  afterAll(async () => {
    await browser?.close()
    await service?.stop()
  })

  const visit = async (options: Partial<PageOptions> = {}) => {
    const page = await browser.openPage({ width: 1280, height: 900, locale: 'en', ...options })
    const elsewhere: string[] = []
    page.on('request', (request) => {
      if (!request.url().startsWith(service.url)) elsewhere.push(request.url())
    })
    await page.goto(`${service.url}/stats`)
    return { page, elsewhere }
  }

  it('shows a pasted key what GET /api/stats counts, as a picture, a table and a CSV, and keeps the key to itself', async () => {
    const { page, elsewhere } = await visit()
    const status = page.getByRole('status')
    await page.getByRole('button', { name: 'Show' }).click()
    await expect.poll(() => status.textContent()).toBe('Paste your API key first.')
    await page.getByLabel('API key').fill(key)
    await page.keyboard.press('Enter')
    await page.locator('#figures table').waitFor()
    const readRow = (row: string) => page.locator(`#figures ${row} td`).allTextContents()
    const { rows, now } = await service.client(key).getStats({ by: 'week' })
    const { from: _, ...latest } = rows.at(-1) ?? {}
    expect(await page.locator('#figures tbody tr').count()).toBe(rows.length)
    expect(await readRow('tbody tr:first-child')).toEqual(Object.values(latest).map(String))
    expect(await readRow('tfoot tr')).toEqual(['4', ...'00000001'])
    expect(await page.locator('.numbers dd').allTextContents()).toEqual(
      [now.living, now.installed, now.neverInstalled].map(String),
    )
    const heights = await page
      .locator('.bar-created')
      .evaluateAll((bars) => bars.map((bar) => Number(bar.getAttribute('height'))))
    expect(heights.filter((height) => height > 0)).toHaveLength(1)
    expect(await page.getByRole('img').getAttribute('aria-label')).toContain('the table')

    await page.getByLabel('Template').selectOption({ label: 'Gym' })
    await expect.poll(() => readRow('tfoot tr')).toEqual(['3', ...'00000000'])
    await page.getByLabel('By').selectOption('Month')
    await expect.poll(() => page.locator('#figures thead th').first().textContent()).toBe('Month')

    const file = page.waitForEvent('download')
    await page.getByLabel('API key').fill('a key that is not shown yet')
    await page.getByRole('button', { name: 'Download as CSV' }).click()
    expect((await file).suggestedFilename()).toBe('passwright-stats.csv')
    const response = await fetch(`${service.url}/api/stats?by=month&template=Gym&format=csv`, {
      headers: { authorization: `Bearer ${key}` },
    })
    expect(readFileSync(await (await file).path(), 'utf8')).toBe(await response.text())
    await expect.poll(() => status.textContent()).toBe('The file is in your downloads.')

    await page.getByLabel('API key').fill('pw_live_wrong')
    await page.getByRole('button', { name: 'Show' }).click()
    await expect.poll(() => status.textContent()).toMatch(/^This key does not work/)
    expect(await page.locator('#figures').textContent()).toBe('')
    expect(elsewhere).toEqual([])
    const kept = 'JSON.stringify([localStorage, sessionStorage, document.cookie, location.href])'
    expect(await page.evaluate(kept)).toBe(`[{},{},"","${service.url}/stats"]`)
    await page.context().close()
  })

  it.each([
    { width: 390, dark: true, locale: 'de' },
    { width: 820, dark: false, locale: 'en' },
    { width: 1280, dark: true, locale: 'en' },
  ])('has no accessibility violations and fits: $width', async (options) => {
    const { page } = await visit(options)
    expect([await findViolations(page), await measureOverflow(page)]).toEqual([[], 0])
    await page.locator('#key').fill(key)
    await page.keyboard.press('Enter')
    await page.locator('#figures .chart svg').waitFor()
    const save = options.locale === 'de' ? 'Als CSV herunterladen' : 'Download as CSV'
    expect(await page.getByRole('button', { name: save }).count()).toBe(1)
    expect([await findViolations(page), await measureOverflow(page)]).toEqual([[], 0])
    await page.context().close()
  })
})

describe('the lines of the chart', () => {
  it('are few whole numbers that reach the largest bar', () => {
    expect([0, 1, 3, 7, 130, 9_999].map(listTicks)).toEqual([
      [0, 1],
      [0, 1],
      [0, 1, 2, 3],
      [0, 2, 4, 6, 8],
      [0, 50, 100, 150],
      [0, 5_000, 10_000],
    ])
  })
})
