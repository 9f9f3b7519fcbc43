import { mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { loadEmailTheme } from '../../src/email/templates/theme.ts'
import { buildPassEmail } from '../../src/pass-email/content.ts'
import { databases } from '../support/databases/databases.ts'
import { startGoogleService } from '../support/google/google-service.ts'
import { emailData } from '../support/pass-email/email-samples.ts'
import { createPng } from '../support/verify/pass-kit.ts'

const googleSaveUrl = 'https://passes.example.com/p/Zk3vTqg0x8Lr2nYw5aBc7Q/google'
const android = 'Mozilla/5.0 (Linux; Android 16; Pixel 10) Chrome/150 Mobile Safari/537.36'

/** A folder with Google's button, as far as a test may have one. */
async function createThemeWithButton(): Promise<string> {
  const folder = await mkdtemp(join(inject('folder'), 'theme-'))
  await writeFile(join(folder, 'google-badge-en.png'), createPng(600, 144))
  return folder
}

describe('the way to Google Wallet', () => {
  it.each([
    ['en', 'Add to Google Wallet'],
    ['de', 'Zu Google Wallet hinzufügen'],
  ] as const)('stands in the email as a link in words: %s', async (locale, words) => {
    const theme = await loadEmailTheme(undefined)
    const on = buildPassEmail({ ...emailData, locale, googleSaveUrl }, theme)
    expect(on.html).toContain(`href="${googleSaveUrl}"`)
    expect(on.html).toContain(`>${words}</a>`)
    expect(on.text).toContain(`${words}:\n${googleSaveUrl}`)
    const off = buildPassEmail({ ...emailData, locale }, theme)
    expect(off.html + off.text).not.toContain(words)
    const voided = buildPassEmail({ ...emailData, locale, googleSaveUrl, status: 'voided' }, theme)
    expect(voided.html).not.toContain(googleSaveUrl)
  })

  it('is Google’s own button where the operator has it, and that only in its language', async () => {
    const theme = await loadEmailTheme(await createThemeWithButton())
    const english = buildPassEmail({ ...emailData, googleSaveUrl }, theme)
    expect(english.html).toContain('src="cid:google-badge@passwright" width="200" height="48"')
    expect(english.images.map(({ cid }) => cid)).toContain('google-badge@passwright')
    const german = buildPassEmail({ ...emailData, locale: 'de', googleSaveUrl }, theme)
    expect(german.html).toContain('>Zu Google Wallet hinzufügen</a>')
    expect(german.images.map(({ cid }) => cid)).not.toContain('google-badge@passwright')
  })

  it('comes first on the share page on Android, and only where the pass can be added', async () => {
    const [sqlite] = databases
    const running = await startGoogleService({
      databaseUrl: (await sqlite?.createDatabase()) ?? '',
      env: { MAIL_TEMPLATES: await createThemeWithButton() },
    })
    onTestFinished(() => running.stop())
    const pass = await running.client.createPass({ title: 'Club' })
    const open = async (locale: string, userAgent: string) => {
      const headers = { 'user-agent': userAgent, 'accept-language': locale }
      return (await running.tap(pass.shareUrl, { headers })).text()
    }
    const german = await open('de', android)
    const [primary = ''] = german.split('<div class="more">')
    expect(primary).toContain(`href="${pass.googleSaveUrl}"`)
    expect(primary).toContain('>Zu Google Wallet hinzufügen</a>')
    expect(primary).not.toContain('Apple Wallet hinzu')
    const english = await open('en', android)
    expect(english).toContain('alt="Add to Google Wallet"')
    expect(english).toContain('On a phone nearby')
    expect(english).not.toContain('On an iPhone nearby')
    const [desktop = '', more] = (await open('en', 'Windows NT')).split('<div class="more">')
    expect(desktop).not.toContain(`href="${pass.googleSaveUrl}"`)
    expect(desktop).toContain('Apple Wallet or Google Wallet')
    expect(more).toContain(`href="${pass.googleSaveUrl}"`)
    await running.client.voidPass(pass.serialNumber)
    expect(await open('en', android)).not.toContain(`href="${pass.googleSaveUrl}"`)
  })
})
