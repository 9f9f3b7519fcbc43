import { type Locale, normalizePassRequest, PassRequest } from '@passwright/shared/schema'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { composeGoogleCard } from '../../../src/google-sync/card.ts'
import { resolveContent } from '../../../src/passes/content/resolve.ts'
import { renderGoogleCard } from '../../../src/web/google-card/google-card.ts'
import { startTestService, type TestService } from '../../support/environment/test-service.ts'
import { createServiceAccount, ISSUER_ID } from '../../support/google/service-account.ts'
import { acceptedBody } from '../../support/passes/arbitraries.ts'
import { createPng } from '../../support/verify/pass-kit.ts'
import { listElements, readMarkup } from '../../support/web/read-markup.ts'
import { userAgents } from '../../support/web/share-page-reader.ts'

const strip = createPng(750, 288)
const image = `data:image/png;base64,${Buffer.from(strip).toString('base64')}`
const body = {
  style: 'storeCard',
  title: 'Riverside <b>Café</b>',
  logoText: 'Riverside',
  color: '#14532d',
  primaryFields: [{ label: 'Member', value: 'Ada & Co' }],
  headerFields: [{ label: 'Points', value: 120 }],
  secondaryFields: ['Level', 'Since', 'Desk', 'Row'].map((label) => ({
    label,
    value: `${label}!`,
  })),
  backFields: [
    { label: 'Terms', value: 'x', attributedValue: 'See <a href="https://club.example/?a">us</a>' },
  ],
  barcodeValue: 'M-1',
  barcodeAltText: 'No. 1',
  stripURL: image,
  localizations: { de: { Member: 'Mitglied' } },
  relevantDate: '2099-01-01T00:00:00Z',
}

describe('the card of Google Wallet', () => {
  let service: TestService

  beforeAll(async () => {
    service = await startTestService({
      env: {
        PUBLIC_URL: 'https://passes.example.com',
        GOOGLE_WALLET_ISSUER_ID: ISSUER_ID,
        GOOGLE_WALLET_CREDENTIALS: createServiceAccount('http://127.0.0.1:9/token').json,
      },
    })
  })
  afterAll(() => service.stop())

  const compose = (request: Record<string, unknown>) => {
    const parsed = PassRequest.parse(normalizePassRequest(request))
    const { spec } = resolveContent(parsed, {}, new Date('2027-01-15T09:30:00Z'))
    const [identity] = service.ctx.identities()
    const passTypeIdentifier = identity?.passTypeIdentifier ?? ''
    const draft = { spec, serialNumber: 's', passTypeIdentifier, voided: false, deletedAt: null }
    const content = composeGoogleCard(service.ctx, draft, {})
    if (!content) throw new Error('Google Wallet is off')
    return content
  }
  const readTexts = (front: string) =>
    listElements(readMarkup(front, 'article')).flatMap(({ name, text, attributes }) =>
      name === 'p' ? [[attributes.class, text]] : [],
    )

  it('stands beside Apple’s in the preview, with all that creating the pass would warn of', async () => {
    const response = await service.fetch('/preview', { json: body })
    const { html, googleHtml, warnings } = (await response.json()) as Record<string, string>
    expect(html).toContain('class="pass-card')
    const [front = ''] = /<article.*<\/article>/s.exec(googleHtml ?? '') ?? []
    expect(readTexts(front)).toEqual([
      ['gc-name', 'Riverside'],
      ['gc-subheader', 'Member'],
      ['gc-header', 'Ada & Co'],
      ['gc-label', 'Points'],
      ['gc-value', '120'],
      ...['Level', 'Since', 'Desk'].flatMap((text) => [
        ['gc-label', text],
        ['gc-value', `${text}!`],
      ]),
    ])
    expect(front).toMatch(/<figure class="gc-code gc-square"><svg.*<figcaption[^>]*>No. 1</)
    expect(front).toMatch(/<img class="gc-hero" src="data:image\/png;base64,[\w+/=]+"/)
    expect(googleHtml).toContain('--gc-background:#14532d;--gc-foreground:#ffffff')
    // What has no room on the card stands below it.
    expect(googleHtml?.split('</article>')[1]).toMatch(/Row!.*See us.*https:..club.example/s)
    expect(googleHtml).not.toMatch(/<b>|<a |<script|passes\.example/)
    const key = await service.createKey()
    const created = await service.fetch('/api/passes', { json: body, key })
    expect(warnings).toEqual(((await created.json()) as Record<string, unknown>).warnings)
    expect(JSON.stringify(warnings)).toContain('"secondaryFields[3]"')
  })

  it('is the picture of the share page on Android, in the language of the phone', async () => {
    const { shareUrl } = await service.client(await service.createKey()).createPass(body)
    const open = async (on: keyof typeof userAgents) => {
      const headers = { 'user-agent': userAgents[on], 'accept-language': 'de' }
      const response = await service.fetch(new URL(shareUrl).pathname, { headers })
      return (await response.text()).split('<main>')[1] ?? ''
    }
    const android = await open('android')
    expect(android).toContain('class="google-card')
    expect(android).toContain('>Mitglied</p>')
    expect(android).not.toContain('class="pass-card')
    expect(android).toContain('<img class="gc-hero" src="data:image/png;base64,')
    const iphone = await open('iphone')
    expect(iphone).toContain('class="pass-card')
    expect(iphone).not.toContain('google-card')
  })

  it('can be rendered for any pass that the API accepts, and shows every text of its rows', () => {
    fc.assert(
      fc.property(acceptedBody(), fc.constantFrom<Locale>('en', 'de'), (request, locale) => {
        const { email: _, ...others } = request
        const content = compose(others)
        const { front, details, css } = renderGoogleCard({ ...content, code: undefined }, locale)
        const shown = readTexts(front).filter(([name]) => name === 'gc-value').length
        const rows = content.object.textModulesData.filter(({ id }) => id.startsWith('r'))
        expect(shown).toBe(rows.length)
        if (details !== '') readMarkup(details, 'div')
        expect(css).toMatch(/^\.gc-[\da-f]{6}\{(?:--gc-\w+:#[\da-f]{6};?){3}\}$/)
      }),
      { numRuns: 100 },
    )
  })
})
