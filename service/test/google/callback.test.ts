import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { databases } from '../support/databases/databases.ts'
import { type CallbackSigner, createCallbackSigner } from '../support/google/callback-signer.ts'
import { type GoogleService, startGoogleService } from '../support/google/google-service.ts'
import { ISSUER_ID } from '../support/google/service-account.ts'

const HOUR_MS = 3_600_000

describe.each(databases)('a callback of Google’s on $name', ({ createDatabase }) => {
  let running: GoogleService
  let signer: CallbackSigner

  beforeEach(async () => {
    running = await startGoogleService({ databaseUrl: await createDatabase() })
    signer = createCallbackSigner()
    running.google.keys.push(signer.rootKey)
  })
  afterEach(() => running.stop())

  const post = async (json: unknown) => {
    const { status } = await running.service.fetch('/google/callback', { json })
    return status
  }
  const listEvents = async () => {
    const { events } = await running.client.listEvents({ limit: 100 })
    return events
      .filter(({ type }) => type === 'pass.installed' || type === 'pass.removed')
      .map(({ type, data }) => {
        const { wallet, installs } = data as { wallet?: string; installs?: number }
        return { type, wallet, installs }
      })
  }
  const countKeyRequests = () => running.google.calls.filter(({ path }) => path === '/keys').length

  it('becomes an event and counts as an installation, once however often it comes', async () => {
    const { serialNumber } = await running.createTapped()
    const saved = signer.sign(serialNumber)
    for (let count = 0; count < 3; count += 1) expect(await post(saved)).toBe(200)
    expect(await post(signer.sign(serialNumber))).toBe(200)
    expect(await post(signer.sign(serialNumber, { eventType: 'del' }))).toBe(200)
    expect(await listEvents()).toEqual([
      { type: 'pass.installed', wallet: 'google', installs: 1 },
      { type: 'pass.installed', wallet: 'google', installs: 2 },
      { type: 'pass.removed', wallet: 'google', installs: 1 },
    ])
    expect((await running.client.getPass(serialNumber)).installs).toBe(1)
    // More are removed than were saved, as far as we heard: nobody has less than no pass.
    for (let count = 0; count < 2; count += 1) {
      await post(signer.sign(serialNumber, { eventType: 'del' }))
    }
    expect((await running.client.getPass(serialNumber)).installs).toBe(0)
    expect(countKeyRequests()).toBe(1)
  })

  it('counts for nothing when it is not Google’s, and then nobody is asked for keys', async () => {
    const { serialNumber } = await running.createTapped()
    const good = signer.sign(serialNumber)
    const bad: [what: string, message: unknown][] = [
      ['tampered', { ...good, signedMessage: String(good.signedMessage).replace('save', 'del') }],
      ['of another issuer', signer.sign(serialNumber, { issuerId: '999' })],
      [
        'signed for another issuer',
        signer.sign(serialNumber, { issuerId: '999', objectId: `${ISSUER_ID}.${serialNumber}` }),
      ],
      ['with an expired key', signer.sign(serialNumber, { keyExpiresInMs: -1 })],
      ['out of date', signer.sign(serialNumber, { expiresInMs: -1 })],
      ['with a wrong signature', { ...good, signature: 'AAAA' }],
      ['with a signed text that is no JSON', { ...good, signedMessage: '{' }],
    ]
    for (const [what, message] of bad) expect(await post(message), what).toBe(200)
    for (const rubbish of [{}, { ...good, protocolVersion: 'ECv1' }, { ...good, signature: 1 }]) {
      expect(await post(rubbish)).toBe(400)
    }
    expect(countKeyRequests()).toBe(0)
    // One that is right in itself, but whose root nobody knows.
    for (let count = 0; count < 5; count += 1) {
      expect(await post(createCallbackSigner().sign(serialNumber))).toBe(200)
    }
    expect(countKeyRequests()).toBe(1)
    expect(await listEvents()).toEqual([])
    await post(good)
    expect(await listEvents()).toHaveLength(1)
  })

  it('is read by the bytes of its parts, and ignored for a pass that is not there', async () => {
    expect(await post(signer.sign('', { objectId: `${ISSUER_ID}.Grüße-日本` }))).toBe(200)
    // A good signature over other than ASCII was verified, since the keys were asked for.
    expect(countKeyRequests()).toBe(1)
    const untapped = await running.client.createPass({ title: 'Club' })
    expect(await post(signer.sign(untapped.serialNumber))).toBe(200)
    expect(await listEvents()).toEqual([])
  })

  it('is verified with the new root key after Google has changed it', async () => {
    const { serialNumber } = await running.createTapped()
    const old = createCallbackSigner({ rootExpiresInMs: 3 * HOUR_MS })
    running.google.keys.splice(0, 1, old.rootKey)
    await post(old.sign(serialNumber))
    expect(await listEvents()).toHaveLength(1)
    running.advance(2 * HOUR_MS + 60_000)
    const now = new Date(Date.now() + 2 * HOUR_MS + 60_000)
    running.google.keys.splice(0, 1, signer.rootKey)
    await post(signer.sign(serialNumber, { now }))
    expect(await listEvents()).toHaveLength(2)
    expect(countKeyRequests()).toBe(2)
  })

  it('may be sent: crawlers are told so, and the class names the address', async () => {
    await running.createTapped()
    const robots = await (await running.service.fetch('/robots.txt')).text()
    expect(robots).toContain('User-agent: *')
    expect(robots).toContain('Allow: /google/')
    expect(robots).not.toMatch(/^Disallow: \/$/m)
    const [content] = running.google.classes.values()
    expect(content).toMatchObject({
      callbackOptions: { url: 'https://passes.example.com/google/callback' },
    })
  })
})
