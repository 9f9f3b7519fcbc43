import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkGoogle } from '../../src/google-sync/check.ts'
import { databases } from '../support/databases/databases.ts'
import { type GoogleService, startGoogleService } from '../support/google/google-service.ts'

describe('checking Google Wallet', () => {
  let running: GoogleService

  beforeEach(async () => {
    const [sqlite] = databases
    running = await startGoogleService({ databaseUrl: (await sqlite?.createDatabase()) ?? '' })
  })
  afterEach(() => running.stop())

  const check = () => checkGoogle(running.service.ctx)
  const findBroken = async () => (await check()).filter(({ level }) => level === 'broken')

  it('finds nothing where passes can be saved, and creates the class that publishing access asks for', async () => {
    expect(await findBroken()).toEqual([])
    expect((await check()).map(({ code }) => code)).toEqual([
      'access',
      'class',
      'public_url',
      'demo_mode',
    ])
    expect(running.google.classes.size).toBe(1)
  })

  it.each([
    [
      'a service account that is no user of the issuer',
      403,
      'permission_denied',
      /Users, invite passes@/,
    ],
    ['a wrong issuer id', 400, 'issuer_invalid', /top of the Google Pay/],
    ['a Google that is away', 500, 'google_unavailable', /Try again/],
  ])('finds %s', async (_, status, code, fix) => {
    running.google.setFault(({ path }) => (path.includes('issuer') ? { status } : undefined))
    expect(await findBroken()).toMatchObject([{ code, fix: expect.stringMatching(fix) }])
  })

  it('finds a key that Google does not take', async () => {
    const json = { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' }
    running.google.setFault(({ path }) => (path === '/token' ? { status: 400, json } : undefined))
    expect(await findBroken()).toMatchObject([
      { code: 'credentials_refused', message: expect.stringContaining('invalid_grant') },
    ])
  })

  it('finds a class that is refused, and a PUBLIC_URL that Google cannot reach', async () => {
    running.google.setFault(({ path }) => (path.includes('Class') ? { status: 400 } : undefined))
    const { ctx } = running.service
    const config = { ...ctx.config, publicUrl: 'http://localhost:3000' }
    const codes = (await checkGoogle({ ...ctx, config }))
      .filter(({ level }) => level === 'broken')
      .map(({ code }) => code)
    expect(codes).toEqual(['class_refused', 'public_url_not_https'])
    const off = await checkGoogle({ ...ctx, config: { ...config, googleWallet: undefined } })
    expect(off).toMatchObject([{ code: 'google_off', level: 'broken' }])
  })
})
