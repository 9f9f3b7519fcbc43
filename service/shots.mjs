import { chromium } from 'playwright-core'
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox','--disable-gpu'] })
async function shot(out, { width = 1280, dark = false, locale = 'en', height = 900 }, act) {
  const page = await (await browser.newContext({ viewport: { width, height }, colorScheme: dark ? 'dark':'light', locale })).newPage()
  page.on('console', m => console.log('console', m.text())); page.on('pageerror', e => console.log('error', e.message))
  await page.goto('http://127.0.0.1:4820/')
  await page.locator('#editor').waitFor()
  await page.waitForTimeout(600)
  await act?.(page)
  await page.waitForTimeout(400)
  await page.screenshot({ path: out })
  await page.close()
}
await shot('/tmp/s1.png', {}, async p => { await p.getByRole('button', { name: 'Train ticket' }).click() })
await shot('/tmp/s2.png', { dark: true, height: 1000 }, async p => { await p.getByRole('button', { name: 'Festival pass' }).click(); await p.waitForTimeout(300); await p.locator('#inputs').scrollIntoViewIfNeeded(); await p.evaluate("document.querySelector('#inputs').scrollIntoView()") })
await shot('/tmp/s3.png', { width: 390, height: 844, locale: 'de' })
await shot('/tmp/s4.png', { width: 390, height: 844, dark: true }, async p => { await p.getByRole('button', { name: 'Gift voucher' }).click(); await p.locator('#f-barcodeValue').scrollIntoViewIfNeeded() })
await shot('/tmp/s5.png', { }, async p => { await p.getByRole('tab', { name: 'Zapier' }).click(); await p.evaluate("document.querySelector('#snippets').scrollIntoView()") })
await browser.close()
