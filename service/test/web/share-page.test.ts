import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import {
  createPassToken,
  memberCard,
  openSharePage,
  type userAgents,
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
  key = await service.createKey('unlimited', 'Key of the office')
  token = await createPassToken(service, key, memberCard)
})
afterAll(() => service?.stop())

describe('the share page', () => {
  const badge = '<a class="badge"'
  const qrCode = 'QR code with the address of this page'
  const button = '<a class="button"'
  const android = 'On Android, Google Wallet and other apps can often open the file.'

  const primaryActions: [keyof typeof userAgents, string[]][] = [
    ['iphone', [badge]],
    ['inApp', [badge]],
    ['ipod', [badge]],
    ['ipad', [qrCode]],
    ['mac', [qrCode, badge]],
    ['android', [android, button]],
    ['windows', [qrCode, button]],
    ['robot', [qrCode, button]],
  ]
  it.each(primaryActions)('on %s shows the actions for that device', async (on, expected) => {
    const { status, html, visibleHtml } = await openSharePage(service, token, { on })
    expect(status).toBe(200)
    const shown = [badge, qrCode, android, button].filter((action) => visibleHtml.includes(action))
    expect(shown.sort()).toEqual([...expected].sort())
    expect(expected.map((action) => visibleHtml.indexOf(action))).toEqual(
      expected.map((action) => visibleHtml.indexOf(action)).sort((a, b) => a - b),
    )
    // All actions are on the page, because the detected device may be wrong.
    for (const action of [badge, qrCode, android, button]) expect(html).toContain(action)
    expect(html).not.toContain('<script')
  })

  it('on an iPhone says what to do if an app cannot open passes', async () => {
    const { visibleHtml } = await openSharePage(service, token, { on: 'inApp' })
    expect(visibleHtml).toContain('If nothing happens, open this page in Safari.')
  })

  it('on Android mentions the barcode only if there is one', async () => {
    const bare = await createPassToken(service, key, { title: 'Library card' })
    const show = 'show the code in the picture'
    expect((await openSharePage(service, token, { on: 'android' })).text).toContain(show)
    expect((await openSharePage(service, bare, { on: 'android' })).text).not.toContain(show)
  })

  it('links to the file under PUBLIC_URL, also if that has a path', async () => {
    const { html } = await openSharePage(service, token)
    const targets = [...html.matchAll(/<a [^>]*href="([^"]*)"/g)].map(([, target]) => target)
    expect(new Set(targets)).toEqual(new Set([`${publicUrl}/p/${token}.pkpass`]))
    const file = await service.fetch(`/p/${token}.pkpass`)
    expect(file.headers.get('content-type')).toBe('application/vnd.apple.pkpass')
  })

  it('shows the card, and its content as text', async () => {
    const full = await createPassToken(service, key, {
      ...memberCard,
      logoText: 'Climbing',
      organizationName: 'Riverside e.V.',
      headerFields: [{ label: 'Points', value: 1250, numberStyle: 'decimal' }],
      auxiliaryFields: [{ label: 'Since', value: '2019-05-04T00:00:00+02:00', dateStyle: 'long' }],
      backFields: [
        { label: 'Rules', value: 'Chalk up.\nClimb on.' },
        {
          label: 'More',
          value: 'see the website',
          attributedValue:
            'See <a href="https://club.example/?a=1&amp;b=2">our page</a> or <a href="tel:+4912345">call</a>.',
        },
        { value: 12.5, currencyCode: 'EUR', label: 'Fee' },
      ],
      barcodeAltText: 'No. 1042',
      expirationDate: '2031-03-01T23:59:00+01:00',
    })
    const { html, text } = await openSharePage(service, full, { language: 'de' })
    expect(html).toMatch(/<article class="pass-card [^>]*aria-label="[^"]+">/)
    expect(html).toContain('<dt dir="auto">Member</dt><dd dir="auto">Ada Example</dd>')
    expect(html).toContain('<h1><bdi>Climbing</bdi></h1>')
    expect(html).toContain('Von <bdi>Riverside e.V.</bdi>')
    const list = (title: string) =>
      html
        .split(`<summary>${title}</summary>`)[1]
        ?.split('</details>')[0]
        ?.match(/<d[td].*?<\/d[td]>/gs)
    const line = (name: string, value: string) => [
      `<dt dir="auto">${name}</dt>`,
      `<dd dir="auto">${value}</dd>`,
    ]
    expect(list('Die Karte als Text')).toEqual([
      ...line('Points', '1.250'),
      ...line('CARD', 'Riverside Climbing Club'),
      ...line('Member', 'Ada Example'),
      ...line('Since', '4. Mai 2019'),
      ...line('Unter dem Code', 'No. 1042'),
      ...line('Gültig bis', '1. März 2031'),
    ])
    const rel = 'rel="noopener nofollow ugc"'
    expect(list('Auf der Rückseite')).toEqual([
      ...line('Rules', 'Chalk up.\nClimb on.'),
      ...line(
        'More',
        `See <a href="https://club.example/?a=1&#38;b=2" ${rel}>our page</a> or <a href="tel:+4912345" ${rel}>call</a>.`,
      ),
      ...line('Fee', '12,50\u00a0€'),
    ])
    expect(text).not.toContain('see the website')
  })

  it('has a title and a description for link previews, and is not indexed by search engines', async () => {
    const { html, headers } = await openSharePage(service, token, { on: 'robot' })
    expect(html).toContain('<title>Riverside Climbing Club</title>')
    expect(html).toContain('<meta property="og:title" content="Riverside Climbing Club">')
    const about = 'A pass for Apple Wallet. Open this page on your iPhone to add it.'
    for (const name of ['name="description"', 'property="og:description"']) {
      expect(html).toContain(`<meta ${name} content="${about}">`)
    }
    expect(html).not.toContain('og:image')
    expect(html).toContain('<meta name="robots" content="noindex, nofollow">')
    expect(headers.get('x-robots-tag')).toBe('noindex, nofollow')
  })

  it('is not cached or framed, and runs and fetches nothing', async () => {
    for (const address of [token, 'unknown']) {
      const { headers, html } = await openSharePage(service, address)
      expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('vary')).toBe('User-Agent, Accept-Language')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('content-security-policy')).toMatch(
        /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
      )
      expect(html.match(/\sstyle=|\son\w+=|<script|<form|<iframe/g)).toBeNull()
      // Without an icon of its own a browser would ask for /favicon.ico.
      expect(html).toContain('<link rel="icon" href="data:,">')
      const sources = [...html.matchAll(/\b(?:src|href)="([^"]*)"/g)].map(
        ([, source]) => source ?? '',
      )
      const fetched = sources.filter((source) => !source.startsWith('data:'))
      expect(fetched.every((target) => target === `${publicUrl}/p/${token}.pkpass`)).toBe(true)
    }
  })

  it('is small, and holds a long text of the front no more than once', async () => {
    const { html } = await openSharePage(service, token)
    expect(Buffer.byteLength(html)).toBeLessThan(60_000)
    // The code of one address takes some hundred bytes more than that of another.
    const weigh = (page: string) => Buffer.byteLength(page.replace(/<svg.*?<\/svg>/gs, ''))
    const value = 'a'.repeat(2000)
    const long = await createPassToken(service, key, { ...memberCard, value })
    expect(weigh((await openSharePage(service, long)).html) - weigh(html)).toBeLessThan(
      1.2 * value.length,
    )
  })

  it('responds to HEAD like to GET, without the body', async () => {
    for (const [address, status] of [
      [token, 200],
      ['unknown', 404],
    ] as const) {
      const head = await service.fetch(`/p/${address}`, { method: 'HEAD' })
      const get = await service.fetch(`/p/${address}`)
      expect([head.status, get.status]).toEqual([status, status])
      expect(await head.text()).toBe('')
      const length = Buffer.byteLength(await get.text())
      expect(Number(head.headers.get('content-length'))).toBe(length)
    }
  })
})

describe('a share page does not reveal', () => {
  it('what only the owner of the pass should know', async () => {
    const secrets = {
      externalId: 'EXTERNAL-4711',
      metadata: { crm: 'METADATA-4711' },
    }
    const created = await service.client(key).createPass({ ...memberCard, ...secrets })
    const address = created.shareUrl.slice(created.shareUrl.lastIndexOf('/') + 1)
    const { passTypeIdentifier, teamIdentifier } = service.ctx.identities()[0]!
    for (const language of ['en', 'de']) {
      const { html } = await openSharePage(service, address, { language })
      for (const secret of [
        created.serialNumber,
        secrets.externalId,
        secrets.metadata.crm,
        'Key of the office',
        passTypeIdentifier,
        teamIdentifier,
      ]) {
        expect(html).not.toContain(secret)
      }
    }
  })

  it.each([
    'x',
    `${'x'.repeat(32)}`,
    '%00',
    '%E0%A4%A',
    '%F0%9F%8E%AB',
    '__proto__',
    "'%20or%20'1'='1",
  ])('whether there was ever a pass at %s', async (address) => {
    const never = await openSharePage(service, 'never', { language: 'de' })
    const other = await openSharePage(service, address, { language: 'de' })
    expect(other.status).toBe(404)
    expect(other.html).toBe(never.html)
    expect(other.html).toContain('<html lang="de">')
    expect(other.html).toContain('<h1>Unter dieser Adresse gibt es keine Karte</h1>')
    const english = await openSharePage(service, address)
    expect(english.html).toContain('<h1>There is no pass at this address</h1>')
  })

  it('more by its timing: for an unknown token it queries the database once, by an index', async () => {
    // The worker polls these in the background.
    const workerTables = ['job', 'webhook', 'outage']
    const queriedTables: string[] = []
    const counted = await startTestService({
      env: { LOG_LEVEL: 'silent' },
      overrides: ({ db }) => ({
        db: db.withPlugin({
          transformQuery: ({ node }) => {
            if (node.kind === 'SelectQueryNode') queriedTables.push(...findTableNames(node.from))
            return node
          },
          transformResult: async ({ result }) => result,
        }),
      }),
    })
    onTestFinished(counted.stop)
    queriedTables.length = 0
    expect((await openSharePage(counted, 'x'.repeat(32))).status).toBe(404)
    expect(queriedTables.filter((table) => !workerTables.includes(table))).toEqual(['pass'])
    const { rows } = await sql<{
      detail: string
    }>`explain query plan select * from pass where token = 'x'`.execute(counted.ctx.db)
    expect(rows.map(({ detail }) => detail)).toEqual([
      expect.stringMatching(/^SEARCH pass USING INDEX/),
    ])
  })
})

function findTableNames(from: unknown): string[] {
  return [...JSON.stringify(from ?? {}).matchAll(/"name":"(\w+)"/g)].map(([, name]) => name ?? '')
}
