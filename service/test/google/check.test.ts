import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkGoogle } from '../../src/google-sync/check.ts'
import { databases } from '../support/databases/databases.ts'
import { tryCommand } from '../support/environment/service-process.ts'
import { createTemporaryFolder } from '../support/environment/temporary-folder.ts'
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
  it('is a command that ends with 0 only if nothing is broken, for people and for programs', async () => {
    const env = {
      DATA_DIR: await createTemporaryFolder(),
      PUBLIC_URL: 'https://passes.example.com',
      ...running.google.env,
    }
    const good = await tryCommand(env, 'google', 'check', '--json')
    expect(good).toMatchObject({ exitCode: 0, stderr: '' })
    expect(JSON.parse(good.stdout)).toMatchObject({
      ok: true,
      findings: [
        { code: 'access', level: 'ok', fix: null },
        { code: 'class', level: 'ok' },
        { code: 'public_url', level: 'ok' },
        { code: 'demo_mode', level: 'note' },
      ],
    })
    running.google.setFault(({ path }) =>
      path.includes('issuer')
        ? { status: 403, json: { error: { code: 403, message: 'Permission denied.' } } }
        : undefined,
    )
    const denied = await tryCommand(
      { ...env, PUBLIC_URL: 'http://localhost:3000' },
      'google',
      'check',
    )
    expect([denied.exitCode, denied.stderr]).toEqual([1, ''])
    expect(denied.stdout).toMatch(
      /^BROKEN {2}.*Permission denied\. In the Google Pay & Wallet Console, under Users, invite passes@club-wallet/m,
    )
    expect(denied.stdout).toMatch(/^BROKEN {2}PUBLIC_URL \(http:\/\/localhost:3000\) is not https/m)
    expect(denied.stdout).toMatch(
      /^note {4}Whether the issuer is still in demo mode cannot be read/m,
    )
    const off = await tryCommand({ DATA_DIR: env.DATA_DIR }, 'google', 'check', '--json')
    expect(off.exitCode).toBe(1)
    expect(JSON.parse(off.stdout)).toMatchObject({
      ok: false,
      findings: [{ code: 'google_off', fix: expect.stringContaining('google.md') }],
    })
    const bad = { ...env, GOOGLE_WALLET_CREDENTIALS: '{}' }
    const invalid = await tryCommand(bad, 'google', 'check', '--json')
    expect([invalid.exitCode, invalid.stdout]).toEqual([1, ''])
    expect(invalid.stderr).toMatch(/^- GOOGLE_WALLET_CREDENTIALS must have "type"/m)
  })
})
