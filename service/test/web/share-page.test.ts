import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { look, memberCard, tokenOf, type userAgents } from '../support/share-page-reader.ts'
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
  key = await service.createKey('unlimited', 'Key of the office')
  token = await tokenOf(service, key, memberCard)
})
afterAll(() => service?.stop())

describe('the share page', () => {
  const badge = '<a class="badge"'
  const qrCode = 'QR code with the address of this page'
  const button = '<a class="button"'
  const android = 'On Android, Google Wallet and other apps can often open the file.'

  const firsts: [keyof typeof userAgents, string[]][] = [
    ['iphone', [badge]],
    ['inApp', [badge]],
    ['ipod', [badge]],
    ['ipad', [qrCode]],
    ['mac', [qrCode, badge]],
    ['android', [android, button]],
    ['windows', [qrCode, button]],
    ['robot', [qrCode, button]],
  ]
  it.each(firsts)('on %s shows first what helps there', async (on, first) => {
    const { status, html, open } = await look(service, token, { on })
    expect(status).toBe(200)
    const shown = [badge, qrCode, android, button].filter((way) => open.includes(way))
    expect(shown.sort()).toEqual([...first].sort())
    expect(first.map((way) => open.indexOf(way))).toEqual(
      first.map((way) => open.indexOf(way)).sort((a, b) => a - b),
    )
    // A wrong guess locks nobody out.
    for (const way of [badge, qrCode, android, button]) expect(html).toContain(way)
    expect(html).not.toContain('<script')
  })

  it('says on an iPhone what to do where an app cannot open passes', async () => {
    const { open } = await look(service, token, { on: 'inApp' })
    expect(open).toContain('If nothing happens, open this page in Safari.')
  })

  it('on Android speaks of showing the code only where there is one', async () => {
    const bare = await tokenOf(service, key, { title: 'Library card' })
    const show = 'show the code in the picture'
    expect((await look(service, token, { on: 'android' })).text).toContain(show)
    expect((await look(service, bare, { on: 'android' })).text).not.toContain(show)
  })

  it('leads to the file under the public address, also when that has a path', async () => {
    const { html } = await look(service, token)
    const targets = [...html.matchAll(/<a [^>]*href="([^"]*)"/g)].map(([, target]) => target)
    expect(new Set(targets)).toEqual(new Set([`${publicUrl}/p/${token}.pkpass`]))
    const file = await service.fetch(`/p/${token}.pkpass`)
    expect(file.headers.get('content-type')).toBe('application/vnd.apple.pkpass')
  })

  it('has the picture of the pass, and what is on it as text', async () => {
    const full = await tokenOf(service, key, {
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
    const { html, text } = await look(service, full, { language: 'de' })
    expect(html).toMatch(/<svg [^>]*role="img"[^>]*><title>/)
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

  it('tells previews of links what it is, and search engines to stay away', async () => {
    const { html, headers } = await look(service, token, { on: 'robot' })
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

  it('is kept by nobody, framed by nobody, and runs and fetches nothing', async () => {
    for (const address of [token, 'unknown']) {
      const { headers, html } = await look(service, address)
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

  it('answers HEAD as GET, without the body', async () => {
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

describe('a share page tells nothing', () => {
  it('of what only its maker should know', async () => {
    const secrets = {
      externalId: 'EXTERNAL-4711',
      metadata: { crm: 'METADATA-4711' },
    }
    const made = await service.client(key).createPass({ ...memberCard, ...secrets })
    const address = made.shareUrl.slice(made.shareUrl.lastIndexOf('/') + 1)
    const { passTypeIdentifier, teamIdentifier } = service.ctx.identities[0]!
    for (const language of ['en', 'de']) {
      const { html } = await look(service, address, { language })
      for (const secret of [
        made.serialNumber,
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
  ])('of whether there was ever a pass at %s', async (address) => {
    const never = await look(service, 'never', { language: 'de' })
    const other = await look(service, address, { language: 'de' })
    expect(other.status).toBe(404)
    expect(other.html).toBe(never.html)
    expect(other.html).toContain('<html lang="de">')
    expect(other.html).toContain('<h1>Unter dieser Adresse gibt es keine Karte</h1>')
    const english = await look(service, address)
    expect(english.html).toContain('<h1>There is no pass at this address</h1>')
  })

  it('and asks the database once, by an index, where there is no pass', async () => {
    const asked: string[] = []
    const counted = await startTestService({
      env: { LOG_LEVEL: 'silent' },
      change: ({ db }) => ({
        db: db.withPlugin({
          transformQuery: ({ node }) => {
            if (node.kind === 'SelectQueryNode') asked.push(...tablesIn(node.from))
            return node
          },
          transformResult: async ({ result }) => result,
        }),
      }),
    })
    onTestFinished(counted.stop)
    asked.length = 0
    expect((await look(counted, 'x'.repeat(32))).status).toBe(404)
    expect(asked.filter((table) => !['job', 'webhook'].includes(table))).toEqual(['pass'])
    const { rows } = await sql<{
      detail: string
    }>`explain query plan select * from pass where token = 'x'`.execute(counted.ctx.db)
    expect(rows.map(({ detail }) => detail)).toEqual([
      expect.stringMatching(/^SEARCH pass USING INDEX/),
    ])
  })
})

function tablesIn(from: unknown): string[] {
  return [...JSON.stringify(from ?? {}).matchAll(/"name":"(\w+)"/g)].map(([, name]) => name ?? '')
}
