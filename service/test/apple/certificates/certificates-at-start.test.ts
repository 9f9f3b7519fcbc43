import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { getPrivateKeyPem } from '../../support/certificates/signing-keys.ts'
import {
  createTestApple,
  fromNow,
  type IdentityFiles,
  TEST_PASS_TYPE_ID,
  writeIdentity,
} from '../../support/certificates/test-apple.ts'
import { spawnService as launch } from '../../support/environment/service-process.ts'
import { createTemporaryFolder } from '../../support/environment/temporary-folder.ts'
import { startTestService } from '../../support/environment/test-service.ts'
import { readErrorResponse } from '../../support/http/error-response.ts'

const dayMs = 24 * 60 * 60 * 1000
const apple = await createTestApple()
const otherApple = await createTestApple({
  generation: 'G3',
  keys: { root: 'other', wwdr: 'third' },
})

async function launchProcess(env: Record<string, string>) {
  const service = await launch(env)
  onTestFinished(() => void service.child.kill('SIGKILL'))
  return service
}

describe('a start with', () => {
  const validFiles = () => apple.issue()
  type Row = [string, () => Promise<Partial<IdentityFiles>>, RegExp, Record<string, string>?]
  const invalidFiles: Row[] = [
    [
      'no certificate',
      async () => ({ ...(await validFiles()), certificate: undefined }),
      /certificate\.pem is missing; put/,
    ],
    [
      'no key',
      async () => ({ ...(await validFiles()), key: undefined }),
      /key\.pem is missing; put/,
    ],
    [
      'a key that is damaged',
      async () => ({ ...(await validFiles()), key: 'x' }),
      /key\.pem holds no PEM private key; it/,
    ],
    [
      'a wrong password',
      async () => ({
        ...(await validFiles()),
        key: await getPrivateKeyPem('leaf', { passphrase: 'right' }),
      }),
      /key\.pem is encrypted and CERTIFICATE_PASSWORD does not open it; correct/,
      { CERTIFICATE_PASSWORD: 'geheim' },
    ],
    [
      'the key of another certificate',
      async () => ({ ...(await validFiles()), key: await getPrivateKeyPem('other') }),
      /key\.pem does not belong to certificate\.pem; put/,
    ],
    [
      'a certificate of another kind',
      () => apple.issue({ signsPasses: false }),
      /certificate\.pem is not a Pass Type ID certificate; create/,
    ],
    [
      'a certificate for another Pass Type ID than its folder',
      () => apple.issue({ passTypeIdentifier: 'pass.com.example.else' }),
      /certificate\.pem is for pass\.com\.example\.else; rename/,
    ],
    [
      'a certificate with two different Pass Type IDs',
      () => apple.issue({ marker: 'pass.com.example.else' }),
      /certificate\.pem names .*; Wallet refuses that, so request/,
    ],
    [
      'a certificate without a team',
      () => apple.issue({ team: null }),
      /certificate\.pem names no team \(OU\) in its subject; request/,
    ],
    [
      'no WWDR',
      async () => ({ ...(await validFiles()), chain: undefined }),
      /chain\.pem is missing, .*; put/,
    ],
    [
      'the WWDR of another generation',
      async () => ({ ...(await validFiles()), chain: `${otherApple.wwdr}` }),
      /chain\.pem holds ".*G3", which did not sign certificate\.pem; put ".*G4"/,
    ],
  ]
  it.each(invalidFiles)(
    '%s fails within seconds, with one line that names the file and the fix',
    async (_, files, pattern, env) => {
      const folder = await createTemporaryFolder()
      const certificates = join(folder, 'certificates')
      await writeIdentity(certificates, TEST_PASS_TYPE_ID, await files())
      const service = await launchProcess({ DATA_DIR: folder, ...env })
      const startedAt = performance.now()
      const code = await service.waitForExit()
      expect(performance.now() - startedAt).toBeLessThan(10_000)
      expect(code).toBe(1)
      const [first, line, ...others] = service.output().trim().split('\n')
      expect([first, others]).toEqual(['Passwright cannot start:', []])
      expect(line).toMatch(pattern)
      expect(line).toContain(join(certificates, TEST_PASS_TYPE_ID))
      expect(service.output()).not.toContain('geheim')
    },
  )

  it('an unknown DEFAULT_PASS_TYPE_ID fails, with its name and the fix', async () => {
    const folder = await createTemporaryFolder()
    await mkdir(join(folder, 'certificates'))
    const service = await launchProcess({
      DATA_DIR: folder,
      DEFAULT_PASS_TYPE_ID: 'pass.com.example.none',
    })
    expect(await service.waitForExit()).toBe(1)
    expect(service.output()).toMatch(
      /^- DEFAULT_PASS_TYPE_ID names pass\.com\.example\.none, .*put its certificate there or name another$/m,
    )
  })
})

describe('a certificate that expires', () => {
  it('before the start causes a warning, and the service starts all the same', async () => {
    const folder = await createTemporaryFolder()
    const files = await apple.issue({ notBefore: fromNow(-400 * dayMs), notAfter: fromNow(-dayMs) })
    await writeIdentity(join(folder, 'certificates'), TEST_PASS_TYPE_ID, files)
    const service = await launchProcess({ DATA_DIR: folder })
    try {
      await expect.poll(() => service.output(), { timeout: 20_000 }).toContain('"msg":"ready"')
      expect(service.output()).toMatch(
        /"level":"(warn|error)".*pass\.com\.example\.test: its certificate EXPIRED on .*Renew it now/,
      )
      expect((await fetch(`${service.url}/health`)).status).toBe(200)
      expect(await readErrorResponse(await fetch(`${service.url}/ready`))).toMatchObject({
        status: 503,
        code: 'certificate_expired',
      })
    } finally {
      expect(await service.stop('SIGTERM')).toBe(0)
    }
  })

  it('while the service runs fails every request that signs, and no other', async () => {
    const folder = await createTemporaryFolder()
    const files = await apple.issue({ notAfter: fromNow(dayMs / 2) })
    await writeIdentity(folder, TEST_PASS_TYPE_ID, files)
    let clock = () => new Date()
    const service = await startTestService({
      env: { CERTIFICATES_DIR: folder },
      overrides: () => ({ now: () => clock() }),
    })
    try {
      const key = await service.createKey('pro')
      const create = (
        headers = {},
        json: object = { title: 'Pass', externalId: 'x' },
        path = '/api/passes',
      ) => service.fetch(path, { key, headers, json })
      const once = { 'idempotency-key': 'once' }
      const created = (await (await create(once)).json()) as Record<string, string>
      const ready = await (await service.fetch('/ready')).json()
      expect(ready).toMatchObject({
        identity: { passTypeIdentifier: TEST_PASS_TYPE_ID, development: false },
        warnings: expect.arrayContaining([expect.stringMatching(/expires on .*, in 1 day\./)]),
      })

      clock = () => new Date(Date.now() + 0.6 * dayMs)
      const pkpass = { title: 'Pass', barcodeValue: '1', barcodeFormat: 'QR' }
      const signing = [
        await create(),
        await create({}, { title: 'Changed', externalId: 'x' }),
        await create({}, pkpass, '/api/pkpass'),
        await service.fetch(`/api/passes/${created.serialNumber}?format=pkpass`, { key }),
        await service.fetch('/ready'),
      ]
      for (const response of signing) {
        expect(await readErrorResponse(response)).toMatchObject({
          status: 503,
          code: 'certificate_expired',
          error: expect.stringContaining('operator of this server must renew it'),
        })
      }
      const shared = await service.fetch(new URL(created.downloadUrl ?? '').pathname)
      expect(shared.status).toBe(503)
      expect(await shared.text()).toContain('must renew it')

      expect((await create({}, { titel: 'Pass' })).status).toBe(400)
      expect((await create(once)).status).toBe(201)
      const client = service.client(key)
      expect(await client.getPass(created.serialNumber ?? '')).toMatchObject({ externalId: 'x' })
      expect((await client.listPasses()).passes).toHaveLength(1)
      expect((await client.listEvents()).events).toHaveLength(1)
      expect((await service.fetch('/health')).status).toBe(200)
      clock = () => new Date()
      expect(await client.getUsage()).toMatchObject({ count: 1 })
    } finally {
      await service.stop()
    }
  })
})

describe('two Pass Type IDs', () => {
  it('are chosen by request, and a pass keeps the one that it was created with', async () => {
    const folder = await createTemporaryFolder()
    const other = 'pass.com.example.other'
    for (const passTypeIdentifier of [TEST_PASS_TYPE_ID, other]) {
      await writeIdentity(folder, passTypeIdentifier, await apple.issue({ passTypeIdentifier }))
    }
    const service = await startTestService({ env: { CERTIFICATES_DIR: folder } })
    try {
      const key = await service.createKey('pro')
      const create = (json: object) =>
        service.fetch('/api/passes', { key, json: { title: 'Pass', externalId: 'x', ...json } })
      expect((await create({ passTypeIdentifier: other })).status).toBe(201)
      const refused = await create({ title: 'Changed', passTypeIdentifier: TEST_PASS_TYPE_ID })
      expect(await readErrorResponse(refused)).toMatchObject({
        status: 400,
        issues: [{ path: 'passTypeIdentifier', message: `must stay ${other}; leave it out` }],
      })
      expect((await create({ title: 'Changed' })).status).toBe(200)
      expect((await service.client(key).listEvents()).events.map(({ type }) => type)).toEqual([
        'pass.created',
        'pass.updated',
      ])
    } finally {
      await service.stop()
    }
  })
})
