import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { look, memberCard, tokenOf, voidPass } from '../support/share-page-reader.ts'
import { startTestService, type TestService } from '../support/test-service.ts'

const publicUrl = 'https://club.example/press'

let service: TestService
let key: string
let token: string
const later = new Date('2027-06-05T10:00:00Z')

beforeAll(async () => {
  service = await startTestService({
    env: { PUBLIC_URL: publicUrl },
    change: () => ({ now: () => later }),
  })
  key = await service.createKey()
  token = await tokenOf(service, key, memberCard)
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
  ])('follows the browser: %s', async (language, expected) => {
    const { html } = await look(service, token, { language })
    expect(html).toContain(`<html lang="${expected}">`)
  })

  it('is else that of the pass, and else English', async () => {
    const card = await tokenOf(service, key, { ...memberCard, locale: 'de' })
    for (const language of [undefined, 'fr', '*', 'fr, *;q=0.5, en;q=0.1']) {
      const { html } = await look(service, card, language === undefined ? {} : { language })
      expect(html).toContain('<html lang="de">')
      expect(html).toContain('alt="Zu Apple Wallet hinzufügen"')
    }
    const { html } = await look(service, card, { language: 'en' })
    expect(html).toContain('alt="Add to Apple Wallet"')
  })
})

describe('a share page says how the pass stands:', () => {
  const isOffered = (open: string) => /class="(?:badge|button|code)"/.test(open)
  const file = 'Download the file anyway'

  it('signed by a development certificate', async () => {
    const { text, open } = await look(service, token)
    expect(text).toContain('A test pass iPhones refuse it, because it is signed with a development')
    expect(isOffered(open)).toBe(true)
    expect(text).not.toContain('not Apple')
  })

  it('valid, and from whom', async () => {
    const real = await startTestService({
      change: ({ identities }) => ({
        identities: identities.map((one) => ({
          ...one,
          development: false,
          organizationName: 'Riverside e.V.',
        })),
      }),
    })
    onTestFinished(real.stop)
    const address = await tokenOf(real, await real.createKey(), memberCard)
    const { text, html, open } = await look(real, address)
    expect(html).not.toContain('class="notice"')
    expect(text).toContain('From Riverside e.V.')
    expect(isOffered(open)).toBe(true)
  })

  it.each([
    ['en', 'This pass expired on June 5, 2027.', 'Download the file anyway'],
    ['de', 'Diese Karte ist am 5. Juni 2027 abgelaufen.', 'Datei trotzdem herunterladen'],
  ])('expired, since when, with nothing but the file (%s)', async (language, said, link) => {
    const expirationDate = '2027-06-05T11:59:59.999+02:00'
    const over = await tokenOf(service, key, { ...memberCard, expirationDate })
    for (const on of ['iphone', 'windows', 'android'] as const) {
      const { status, html, text } = await look(service, over, { on, language })
      expect(status).toBe(200)
      expect(text).toContain(said)
      expect(isOffered(html)).toBe(false)
      expect(html).toContain(`href="${publicUrl}/p/${over}.pkpass">${link}</a>`)
    }
    const inTime = { ...memberCard, expirationDate: '2027-06-05T12:00:00+02:00' }
    const still = await look(service, await tokenOf(service, key, inTime))
    expect(still.text).not.toContain('expired')
    expect(isOffered(still.open)).toBe(true)
  })

  it('voided, which outweighs that it is expired too', async () => {
    const expirationDate = '2027-06-05T00:00:00Z'
    const over = await tokenOf(service, key, { ...memberCard, expirationDate })
    await voidPass(service, over)
    const { text, html } = await look(service, over)
    expect(text).toContain('No longer valid This pass was made void by whoever issued it.')
    expect(text).not.toContain('expired')
    expect(isOffered(html)).toBe(false)
    expect(text).toContain(file)
    const german = await look(service, over, { language: 'de' })
    expect(german.text).toContain('Nicht mehr gültig Diese Karte wurde für ungültig erklärt.')
  })

  it.each([
    ['has run out', { now: () => new Date('2099-01-01T00:00:00Z') }],
    ['is gone', { identities: [] }],
  ])(
    'unsigned, because its certificate %s: the picture stays, the file is a 503',
    async (_, change) => {
      const other = await startTestService()
      onTestFinished(other.stop)
      const address = await tokenOf(other, await other.createKey(), memberCard)
      Object.assign(other.ctx, change)
      const { status, text, html } = await look(other, address)
      expect(status).toBe(200)
      expect(text).toContain('This pass cannot be added to Wallet at the moment.')
      expect(html).toContain('<h1><bdi>Riverside Climbing Club</bdi></h1>')
      expect(html).toContain('<svg')
      expect(html).not.toContain('.pkpass')
      expect((await other.fetch(`/p/${address}.pkpass`)).status).toBe(503)
    },
  )
})
