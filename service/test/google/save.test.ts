import { importSPKI, jwtVerify } from 'jose'
import { describe, expect, it, onTestFinished } from 'vitest'
import { databases } from '../support/databases/databases.ts'
import { startTestService } from '../support/environment/test-service.ts'
import { startFakeGoogle } from '../support/google/fake-google.ts'
import { ISSUER_ID } from '../support/google/service-account.ts'

describe.each(databases)('saving to Google Wallet with $name', ({ createDatabase }) => {
  async function start(env: Record<string, string> = {}) {
    const google = await startFakeGoogle()
    onTestFinished(() => google.close())
    const service = await startTestService({
      databaseUrl: await createDatabase(),
      env: { ...google.env, ...env },
    })
    onTestFinished(() => service.stop())
    const client = service.client(await service.createKey())
    const tap = (url: string | null, init: RequestInit = {}) =>
      service.fetch(new URL(url ?? '').pathname, { redirect: 'manual', ...init })
    return { google, service, client, tap }
  }

  it('stores the pass at the tap and redirects to a short link of Google’s', async () => {
    const { google, client, tap } = await start()
    const pass = await client.createPass({ title: 'Club', value: 'Ada', barcodeValue: '42' })
    expect(pass.googleSaveUrl).toBe(`${pass.shareUrl}/google`)
    expect(google.calls).toEqual([])

    const response = await tap(pass.googleSaveUrl)
    expect(response.status).toBe(302)
    expect(response.headers.get('cache-control')).toBe('no-store')
    const link = response.headers.get('location') ?? ''
    const jwt = link.replace('https://pay.google.com/gp/v/save/', '')
    const key = await importSPKI(google.account.publicKey, 'RS256')
    const { payload } = await jwtVerify(jwt, key, { audience: 'google' })
    const id = `${ISSUER_ID}.${pass.serialNumber}`
    expect(payload).toMatchObject({
      iss: google.account.clientEmail,
      typ: 'savetowallet',
      payload: { genericObjects: [{ id }] },
    })
    expect(jwt.length).toBeLessThan(1_800)
    expect(google.objects.get(id)).toMatchObject({
      state: 'ACTIVE',
      header: { defaultValue: { language: 'en', value: 'Club' } },
      barcode: { type: 'QR_CODE', value: '42' },
    })

    // What was stored before is patched.
    await tap(pass.googleSaveUrl)
    expect(google.listCalls()).toEqual([
      'POST genericClass',
      'POST genericObject',
      `PATCH genericObject/${id}`,
    ])
  })
})
