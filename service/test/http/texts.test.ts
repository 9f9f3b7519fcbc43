import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEVELOPMENT_PASS_TYPE_ID } from '../../src/apple/certificates/folder/development.ts'
import { databases } from '../support/databases/databases.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import { verifyPass } from '../support/passes/verify-pass.ts'

const texts = {
  'right to left': 'שלום — مرحبا ١٢٣',
  'joined emoji': '👩‍👩‍👧‍👦 🏳️‍🌈 🎟️ 👍🏽',
  'combining marks, composed': 'Crème brûlée Ångström',
  'combining marks, decomposed': 'Cre\u0300me bru\u0302le\u0301e A\u030angstro\u0308m',
  'direction overrides': 'a\u202egnp.exe\u2066x\u2069',
  'CJK beyond the first plane': '𠮷野家 東京',
  'line breaks and tabs': 'one\r\ntwo\tthree\u2028four\u2029five\u0085',
  'control characters': '\u0001\u001b[31mred\u007f\u009b',
  'characters that other languages quote': `\\ ' " \` $HOME %s {{name}} <b>&amp;</b> -- ; \\u0041`,
  'surrounding whitespace': '  x \u00a0\ufeff',
  'zero-width characters': 'a\u200b\u200cb\u2060\ufeffc',
  'unassigned and private code points': '\u0378\ue000\u{10ffff}\ufffe\uffff',
}

describe.each(databases)('a text on $name', ({ createDatabase }) => {
  let service: TestService
  let key: string
  let root: X509Certificate

  beforeAll(async () => {
    service = await startTestService({ databaseUrl: await createDatabase() })
    key = await service.createKey()
    const folder = join(service.ctx.config.certificatesDir, DEVELOPMENT_PASS_TYPE_ID)
    const chain = await readFile(join(folder, 'chain.pem'), 'utf8')
    root = new X509Certificate(chain.slice(chain.lastIndexOf('-----BEGIN')))
  })
  afterAll(() => service.stop())

  const readPassJson = async (response: Response) => {
    expect(response.status).toBeLessThan(300)
    const file = new Uint8Array(await response.arrayBuffer())
    return (await verifyPass(file, { root, programs: false })).passJson
  }

  it.each(Object.entries(texts))('(%s) is returned unchanged, now and later', async (_, text) => {
    const body = {
      title: 'Pass',
      organizationName: text,
      description: text,
      barcodeValue: text,
      barcodeFormat: 'QR',
      backFields: [{ key: 'k', label: text, value: text }],
      metadata: { [text]: text },
    }
    const created = await service.fetch('/api/passes?format=pkpass', { key, json: body })
    const serial = created.headers.get('x-serial-number') ?? ''
    const first = await readPassJson(created)
    expect(first).toMatchObject({
      organizationName: text,
      description: text,
      barcodes: [{ message: text }],
      generic: { backFields: [{ key: 'k', label: text, value: text }] },
    })
    const later = await service.fetch(`/api/passes/${serial}?format=pkpass`, { key })
    expect(await readPassJson(later)).toEqual(first)
    const { metadata } = await service.client(key).getPass(serial)
    expect(metadata).toEqual({ [text]: text })
    const found = await service.client(key).listPasses({ metadata: { [text]: text } })
    expect(found.passes.map(({ serialNumber }) => serialNumber)).toEqual([serial])
  })

  it('in a title becomes a file name of plain letters', async () => {
    for (const title of [...Object.values(texts), '../../etc/passwd', 'a"; filename="b.exe']) {
      const created = await service.fetch('/api/passes?format=pkpass', { key, json: { title } })
      expect(created.headers.get('content-disposition')).toMatch(
        /^attachment; filename="[a-z0-9-]{1,80}\.pkpass"$/,
      )
    }
  })

  it('may be long: fifty fields of the maximum length, 800 KB of emoji', async () => {
    const value = '🎟'.repeat(4096)
    const backFields = Array.from({ length: 50 }, (_, n) => ({ key: `k${n}`, value }))
    const created = await service.fetch('/api/passes?format=pkpass', {
      key,
      json: { title: 'Pass', backFields },
    })
    const serial = created.headers.get('x-serial-number')
    expect(await readPassJson(created)).toMatchObject({ generic: { backFields } })
    const later = await service.fetch(`/api/passes/${serial}?format=pkpass`, { key })
    expect(await readPassJson(later)).toMatchObject({ generic: { backFields } })
  })

  it('is measured in characters as people count them, not in bytes or UTF-16 code units', async () => {
    const create = (title: string) => service.fetch('/api/passes', { key, json: { title } })
    expect((await create('🎟'.repeat(64))).status).toBe(201)
    expect((await create('🎟'.repeat(65))).status).toBe(400)
  })
})
