import { importSPKI, jwtVerify } from 'jose'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { databases } from '../support/databases/databases.ts'
import { type GoogleService, startGoogleService } from '../support/google/google-service.ts'
import { ISSUER_ID } from '../support/google/service-account.ts'
import { createTinyPng } from '../support/images/png.ts'

const userAgents = {
  iPhone:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1',
  Android:
    'Mozilla/5.0 (Linux; Android 16; Pixel 10) AppleWebKit/537.36 Chrome/150 Mobile Safari/537.36',
  computer: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/150 Safari/537.36',
}

describe.each(databases)('saving a pass to Google Wallet on $name', ({ createDatabase }) => {
  let running: GoogleService

  beforeEach(async () => {
    running = await startGoogleService({ databaseUrl: await createDatabase() })
  })
  afterEach(() => running.stop())

  const create = (body: Record<string, unknown> = {}) =>
    running.client.createPass({ title: 'Club', barcodeValue: '42', ...body })

  it('stores the pass at the tap, not before, and leads to a short link that Google takes', async () => {
    const { google, tap, read } = running
    const pass = await create({ value: 'Ada' })
    expect(pass.googleSaveUrl).toBe(`${pass.shareUrl}/google`)
    expect(google.calls).toEqual([])

    const response = await tap(pass.googleSaveUrl)
    expect(response.status).toBe(302)
    expect(response.headers.get('cache-control')).toBe('no-store')
    const link = response.headers.get('location') ?? ''
    expect(link.startsWith('https://pay.google.com/gp/v/save/')).toBe(true)
    const jwt = link.slice('https://pay.google.com/gp/v/save/'.length)
    const key = await importSPKI(google.account.publicKey, 'RS256')
    const { payload } = await jwtVerify(jwt, key, {
      audience: 'google',
      issuer: google.account.clientEmail,
    })
    const id = `${ISSUER_ID}.${pass.serialNumber}`
    expect(payload).toMatchObject({
      typ: 'savetowallet',
      origins: [],
      payload: { genericObjects: [{ id }] },
    })
    expect(jwt.length).toBeLessThan(1_800)
    expect(read(pass)).toMatchObject({
      state: 'ACTIVE',
      header: { defaultValue: { language: 'en', value: 'Club' } },
      barcode: { type: 'QR_CODE', value: '42' },
    })
  })

  it('patches what Google has already, and leaves what others wrote there', async () => {
    const { google, client, tap, read, createTapped, waitUntilIdle } = running
    const pass = await createTapped({ value: 'Ada', expirationDays: 30 })
    const stored = read(pass)
    if (stored) stored.hasUsers = true
    await client.patchPass(pass.serialNumber, { value: 'Grace', expirationDays: null })
    await waitUntilIdle()
    google.calls.length = 0
    await tap(pass.googleSaveUrl)
    expect(google.listCalls()).toEqual([`PATCH genericObject/${ISSUER_ID}.${pass.serialNumber}`])
    expect(read(pass)).toMatchObject({ hasUsers: true })
    expect(read(pass)).not.toHaveProperty('validTimeInterval')
  })

  it.each([
    ['HEAD', { method: 'HEAD' }],
    ['a prefetch', { headers: { 'Sec-Purpose': 'prefetch;prerender' } }],
  ])('does nothing on %s', async (_, init) => {
    const pass = await create()
    const response = await running.tap(pass.googleSaveUrl, init)
    expect(response.status).toBe(204)
    expect(running.google.calls).toEqual([])
  })

  it('says that Google is away, with a time to try again and no other way round', async () => {
    const { google, tap, service } = running
    const pass = await create()
    google.setFault(({ path }) => (path.includes('genericObject') ? 'hang up' : undefined))
    const response = await tap(pass.googleSaveUrl)
    expect(response.status).toBe(503)
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(response.headers.get('content-type')).toContain('text/html')
    expect(await response.text()).toContain('Google Wallet cannot take the pass')
    google.setFault(() => undefined)
    expect((await tap(pass.googleSaveUrl)).status).toBe(302)
    expect(JSON.stringify(service.logs)).not.toMatch(/eyJ|ya29/)
  })

  it('leads each device to its wallet, and a computer to the page', async () => {
    const pass = await create()
    const add = async (device: keyof typeof userAgents) => {
      const headers = { 'user-agent': userAgents[device] }
      const response = await running.tap(`${pass.shareUrl}/add`, { headers })
      expect(response.status).toBe(302)
      return response.headers.get('location')
    }
    expect(await add('iPhone')).toBe(pass.downloadUrl)
    expect(await add('Android')).toBe(pass.googleSaveUrl)
    expect(await add('computer')).toBe(pass.shareUrl)
    await running.client.deletePass(pass.serialNumber)
    expect(await add('Android')).toBe(pass.shareUrl)
    expect((await running.tap(pass.googleSaveUrl)).headers.get('location')).toBe(pass.shareUrl)
    expect(running.google.calls).toEqual([])
  })

  it('serves the images that Google fetches, under an address that changes with them', async () => {
    const logoURL = `data:image/png;base64,${createTinyPng().toString('base64')}`
    const { createTapped, read, client, waitUntilIdle, service } = running
    const pass = await createTapped({ logoURL, stripURL: logoURL, color: '#1e40af' })
    const uris = () =>
      [...JSON.stringify(read(pass)).matchAll(/"uri":"([^"]+)"/g)].map(([, uri = '']) => uri)
    const before = uris()
    expect(before).toHaveLength(2)
    const path = new URL(before[0] ?? '').pathname
    const response = await service.fetch(path)
    expect(response.headers.get('content-type')).toBe('image/png')
    expect(response.headers.get('cache-control')).toContain('immutable')
    await client.patchPass(pass.serialNumber, { color: '#9a3412' })
    await waitUntilIdle()
    expect(uris()).not.toEqual(before)
    expect(uris().map((uri) => new URL(uri).origin)).toEqual(
      Array(2).fill('https://passes.example.com'),
    )
  })

  it('is limited for each pass and each address, and Google hears nothing of what is beyond', async () => {
    const limited = await startGoogleService({
      databaseUrl: await createDatabase(),
      env: { TRUST_PROXY: '1' },
    })
    onTestFinished(() => limited.stop())
    const { google, client, tap, advance, freeze } = limited
    freeze()
    // Each tap ends at once, without a turn at the API.
    google.setFault(() => ({ status: 500 }))
    const passes = await Promise.all(
      Array.from({ length: 16 }, () => client.createPass({ title: 'Club' })),
    )
    const open = async (index: number, address: string) => {
      const headers = { 'x-forwarded-for': address }
      const response = await tap(passes[index]?.googleSaveUrl, { headers })
      await response.arrayBuffer()
      return response
    }
    const countAll = async (index: number, times: number, address: string) => {
      const statuses = new Set<number>()
      for (let count = 0; count < times; count += 1) {
        statuses.add((await open(index, address)).status)
      }
      return [...statuses]
    }
    // Many people have one pass in a group chat; more than 20 a minute are no people.
    expect(await countAll(0, 20, '192.0.2.1')).toEqual([503])
    const calls = google.calls.length
    const beyond = await open(0, '192.0.2.2')
    expect(beyond.status).toBe(429)
    expect(beyond.headers.get('retry-after')).toBe('60')
    expect(google.calls.length).toBe(calls)
    for (let index = 1; index < 15; index += 1) {
      expect(await countAll(index, 20, '192.0.2.1')).toEqual([503])
    }
    const before = google.calls.length
    expect((await open(15, '192.0.2.1')).status).toBe(429)
    expect(google.calls.length).toBe(before)
    expect((await open(15, '192.0.2.2')).status).toBe(503)
    advance(60_000)
    expect((await open(0, '192.0.2.1')).status).toBe(503)
  })

  it('is not offered while it is off, and its old links lead to the page', async () => {
    const databaseUrl = await createDatabase()
    const off = await startGoogleService({
      databaseUrl,
      env: { GOOGLE_WALLET_ISSUER_ID: '', GOOGLE_WALLET_CREDENTIALS: '' },
    })
    const pass = await off.client.createPass({ title: 'Club', foregroundColor: '#ffffff' })
    expect(pass).toMatchObject({ googleSaveUrl: null })
    expect(pass.warnings).toBeUndefined()
    const response = await off.tap(`${pass.shareUrl}/google`)
    expect(response.headers.get('location')).toBe(pass.shareUrl)
    const headers = { 'user-agent': userAgents.Android }
    const add = await off.tap(`${pass.shareUrl}/add`, { headers })
    expect(add.headers.get('location')).toBe(pass.shareUrl)
    await off.stop()
  })
})
