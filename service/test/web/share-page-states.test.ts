import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import {
  createPassToken,
  memberCard,
  openSharePage,
  voidPass,
} from '../support/web/share-page-reader.ts'

const publicUrl = 'https://club.example/press'

let service: TestService
let key: string
let token: string
const later = new Date('2027-06-05T10:00:00Z')

beforeAll(async () => {
  service = await startTestService({
    env: { PUBLIC_URL: publicUrl },
    overrides: () => ({ now: () => later }),
  })
  key = await service.createKey()
  token = await createPassToken(service, key, memberCard)
})
afterAll(() => service?.stop())

describe('the language of a share page', () => {
  const english = 'en'
  const german = 'de'
  it.each([
    ['de', german],
    ['de-AT,en;q=0.5', german],
    ['en-GB,de;q=0.9', english],
    ['en;q=0.3, de;q=0.8', german],
    ['DE-ch', german],
    ['fr-FR, fr;q=0.9, de;q=0.4, en;q=0.6', english],
    ['de;q=0, en;q=0.1', english],
    ['de;q=0', english],
    ['de;q=5, en;q=0.1', english],
    ['fr', english],
    ['*', english],
    ['', english],
    [';;q=,,=', english],
    ['deutsch', english],
  ])('follows Accept-Language: %s', async (language, expected) => {
    const { html } = await openSharePage(service, token, { language })
    expect(html).toContain(`<html lang="${expected}">`)
  })

  it('falls back to the language of the pass, then to English', async () => {
    const card = await createPassToken(service, key, { ...memberCard, locale: 'de' })
    for (const language of [undefined, 'fr', '*', 'fr, *;q=0.5, en;q=0.1']) {
      const { html } = await openSharePage(
        service,
        card,
        language === undefined ? {} : { language },
      )
      expect(html).toContain('<html lang="de">')
      expect(html).toContain('alt="Zu Apple Wallet hinzufügen"')
    }
    const { html } = await openSharePage(service, card, { language: 'en' })
    expect(html).toContain('alt="Add to Apple Wallet"')
  })
})

describe('the share page shows the status of a pass:', () => {
  const isOffered = (html: string) => /class="(?:badge|button|code)"/.test(html)
  const fileLink = 'Download the file anyway'

  it('signed by a development certificate', async () => {
    const { text, visibleHtml } = await openSharePage(service, token)
    expect(text).toContain(
      'A test pass iPhones do not accept it, because it is signed with a development',
    )
    expect(isOffered(visibleHtml)).toBe(true)
    expect(text).not.toContain('not Apple')
  })

  it('valid, with the issuer', async () => {
    const real = await startTestService({
      overrides: ({ identities }) => ({
        identities: () =>
          identities().map((one) => ({
            ...one,
            development: false,
            organizationName: 'Riverside e.V.',
          })),
      }),
    })
    onTestFinished(real.stop)
    const address = await createPassToken(real, await real.createKey(), memberCard)
    const { text, html, visibleHtml } = await openSharePage(real, address)
    expect(html).not.toContain('class="notice"')
    expect(text).toContain('From Riverside e.V.')
    expect(isOffered(visibleHtml)).toBe(true)
  })

  it.each([
    ['en', 'This pass expired on June 5, 2027.', 'Download the file anyway'],
    ['de', 'Diese Karte ist am 5. Juni 2027 abgelaufen.', 'Datei trotzdem herunterladen'],
  ])('expired, with the date and only the file (%s)', async (language, sentence, link) => {
    const expirationDate = '2027-06-05T11:59:59.999+02:00'
    const token = await createPassToken(service, key, { ...memberCard, expirationDate })
    for (const on of ['iphone', 'windows', 'android'] as const) {
      const { status, html, text } = await openSharePage(service, token, { on, language })
      expect(status).toBe(200)
      expect(text).toContain(sentence)
      expect(isOffered(html)).toBe(false)
      expect(html).toContain(`href="${publicUrl}/p/${token}.pkpass">${link}</a>`)
    }
    const inTime = { ...memberCard, expirationDate: '2027-06-05T12:00:00+02:00' }
    const still = await openSharePage(service, await createPassToken(service, key, inTime))
    expect(still.text).not.toContain('expired')
    expect(isOffered(still.visibleHtml)).toBe(true)
  })

  it('voided, which takes precedence over expired', async () => {
    const expirationDate = '2027-06-05T00:00:00Z'
    const token = await createPassToken(service, key, { ...memberCard, expirationDate })
    await voidPass(service, token)
    const { text, html } = await openSharePage(service, token)
    expect(text).toContain('No longer valid The issuer has voided this pass.')
    expect(text).not.toContain('expired')
    expect(isOffered(html)).toBe(false)
    expect(text).toContain(fileLink)
    const german = await openSharePage(service, token, { language: 'de' })
    expect(german.text).toContain('Nicht mehr gültig Diese Karte wurde für ungültig erklärt.')
  })

  it.each([
    ['has expired', { now: () => new Date('2099-01-01T00:00:00Z') }],
    ['is missing', { identities: () => [] }],
  ])(
    'unsigned, because its certificate %s: the card is still shown, the file is a 503',
    async (_, change) => {
      const other = await startTestService()
      onTestFinished(other.stop)
      const address = await createPassToken(other, await other.createKey(), memberCard)
      Object.assign(other.ctx, change)
      const { status, text, html } = await openSharePage(other, address)
      expect(status).toBe(200)
      expect(text).toContain('This pass cannot be added to Wallet at the moment.')
      expect(html).toContain('<h1><bdi>Riverside Climbing Club</bdi></h1>')
      expect(html).toContain('<svg')
      expect(html).not.toContain('.pkpass')
      expect((await other.fetch(`/p/${address}.pkpass`)).status).toBe(503)
    },
  )
})
