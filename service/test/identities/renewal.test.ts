import { X509Certificate } from 'node:crypto'
import { cp, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readiness } from '@passwright/shared/schema'
import { describe, expect, it, onTestFinished } from 'vitest'
import { REMOVAL_DELAY_MS } from '../../src/apple/certificates/folder/identity-folder.ts'
import {
  createTestApple,
  fromNow,
  type PassCertificateOptions,
  TEST_PASS_TYPE_ID,
  writeIdentity,
} from '../support/certificates/test-apple.ts'
import { createTemporaryFolder } from '../support/environment/temporary-folder.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import { waitFor } from '../support/environment/wait-for.ts'
import { readErrorResponse } from '../support/http/error-response.ts'
import { verifyPass } from '../support/passes/verify-pass.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const OTHER = 'pass.com.example.other'
const apple = await createTestApple()

/** Starts a service with an identity for each of these certificates. */
async function start(
  certificates: PassCertificateOptions[],
  env: Record<string, string> = {},
): Promise<TestService & { folder: string; key: string; advance: (ms: number) => void }> {
  const folder = await createTemporaryFolder()
  for (const options of certificates) await issue(folder, options)
  let offset = 0
  const service = await startTestService({
    env: { CERTIFICATES_DIR: folder, ...env },
    overrides: () => ({ now: () => new Date(Date.now() + offset) }),
  })
  onTestFinished(service.stop)
  const advance = (ms: number) => {
    offset += ms
  }
  return { ...service, folder, key: await service.createKey('pro'), advance }
}

/** Issues a certificate and puts it where the service looks; returns its fingerprint. */
async function issue(folder: string, options: PassCertificateOptions = {}): Promise<string> {
  const files = await apple.issue(options)
  await writeIdentity(folder, options.passTypeIdentifier ?? TEST_PASS_TYPE_ID, files)
  return new X509Certificate(files.certificate).fingerprint256
}

/** Looks at the folder now, as the service does every other second. */
function refresh({ ctx }: TestService): Promise<void> {
  return ctx.identityFolder.refresh(ctx.now())
}

async function createPass(service: TestService, key: string, more: object = {}) {
  const response = await service.fetch('/api/passes', { key, json: { title: 'Pass', ...more } })
  expect(response.status).toBe(201)
  return (await response.json()) as { serialNumber: string; applePass: string; downloadUrl: string }
}

/** Verifies a pass and returns the fingerprint of the certificate that signed it. */
async function readSigner(service: TestService, file: Uint8Array) {
  const at = service.ctx.now()
  const { signer } = await verifyPass(file, { root: apple.root, at, programs: false })
  return signer?.fingerprint256
}

/** Creates a pass and returns the fingerprint of the certificate that signed it. */
async function signNext(service: TestService & { key: string }) {
  const { applePass } = await createPass(service, service.key)
  return readSigner(service, Buffer.from(applePass, 'base64'))
}

async function download(service: TestService, { downloadUrl }: { downloadUrl: string }) {
  const response = await service.fetch(new URL(downloadUrl).pathname)
  expect(response.status).toBe(200)
  return readSigner(service, Buffer.from(await response.arrayBuffer()))
}

async function readWarnings(service: TestService): Promise<string[]> {
  const response = await service.fetch('/ready')
  expect(response.status).toBe(200)
  return ((await response.json()) as Readiness).warnings
}

describe('a new certificate for the same Pass Type ID', () => {
  it('signs the next pass within seconds, and the old ones when they are asked for', async () => {
    const service = await start([{}])
    const old = await createPass(service, service.key)
    const fingerprint = await issue(service.folder, { key: 'other' })
    expect(await readSigner(service, Buffer.from(old.applePass, 'base64'))).not.toBe(fingerprint)

    const next = () => signNext(service)
    await waitFor(next, (signer) => signer === fingerprint, 10_000)
    expect(await download(service, old)).toBe(fingerprint)
    expect(service.logs.join('\n')).toContain('certificate loaded')
  })

  it('lets a repeat with an Idempotency-Key have its pass, also if it began after the pass', async () => {
    const service = await start([{ notBefore: fromNow(-DAY_MS), notAfter: fromNow(DAY_MS / 2) }])
    const headers = { 'idempotency-key': 'once' }
    const create = async () => {
      const json = { title: 'Pass' }
      const response = await service.fetch('/api/passes', { key: service.key, headers, json })
      expect(response.status).toBe(201)
      return (await response.json()) as { serialNumber: string; applePass: string }
    }
    const first = await create()
    service.advance(0.6 * DAY_MS)
    // Expired: the file that was signed before is made again.
    expect(await create()).toEqual(first)
    const fingerprint = await issue(service.folder, { notBefore: fromNow(DAY_MS / 2) })
    await refresh(service)
    const repeated = await create()
    expect(repeated.serialNumber).toBe(first.serialNumber)
    expect(await readSigner(service, Buffer.from(repeated.applePass, 'base64'))).toBe(fingerprint)
  })

  it('is used from its beginning on, and until then the one before', async () => {
    const service = await start([{}])
    const before = await signNext(service)
    const fingerprint = await issue(service.folder, { notBefore: fromNow(DAY_MS / 2) })
    await refresh(service)
    expect(await signNext(service)).toBe(before)
    expect(await readWarnings(service)).toContainEqual(
      expect.stringContaining(`${TEST_PASS_TYPE_ID}: its new files cannot be used`),
    )
    service.advance(DAY_MS)
    await refresh(service)
    expect(await signNext(service)).toBe(fingerprint)
    expect(await readWarnings(service)).not.toContainEqual(expect.stringContaining('new files'))
  })

  it('does not make another Pass Type ID the default', async () => {
    const service = await start([
      { notBefore: fromNow(-300 * DAY_MS) },
      { passTypeIdentifier: OTHER, notBefore: fromNow(-100 * DAY_MS), organization: 'Other' },
    ])
    await issue(service.folder, { notBefore: fromNow(-DAY_MS) })
    await refresh(service)
    const readDefault = async () =>
      ((await (await service.fetch('/ready')).json()) as Readiness).identity.passTypeIdentifier
    expect(await readDefault()).toBe(TEST_PASS_TYPE_ID)

    // Also in a process that has never seen the certificate before.
    const database = service.ctx.config.database
    const again = await startTestService({
      databaseUrl: database.kind === 'sqlite' ? `sqlite:${database.file}` : database.url,
      env: { CERTIFICATES_DIR: service.folder },
    })
    onTestFinished(again.stop)
    const readiness = (await (await again.fetch('/ready')).json()) as Readiness
    expect(readiness.identity.passTypeIdentifier).toBe(TEST_PASS_TYPE_ID)
  })
})

describe('the working certificate still signs, with a warning in the log and in /ready, when', () => {
  type Folder = { folder: string; path: string }
  const accidents: [string, (at: Folder) => Promise<void>, string][] = [
    [
      'only the new certificate.pem is there yet',
      async ({ path }) => {
        const { certificate } = await apple.issue({ key: 'other' })
        await writeFile(join(path, 'certificate.pem'), certificate)
      },
      'key.pem does not belong to certificate.pem',
    ],
    [
      'a file is half written',
      async ({ path }) => {
        const { certificate } = await apple.issue()
        await writeFile(join(path, 'certificate.pem'), certificate.slice(0, 500))
      },
      'certificate.pem holds no PEM certificate',
    ],
    ['a file is empty', ({ path }) => writeFile(join(path, 'key.pem'), ''), 'key.pem is empty'],
    ['a file is missing', ({ path }) => rm(join(path, 'key.pem')), 'key.pem is missing'],
    [
      'the new one has expired',
      async ({ folder }) => {
        await issue(folder, { notBefore: fromNow(-9 * DAY_MS), notAfter: fromNow(-DAY_MS) })
      },
      'the certificate has expired already',
    ],
    [
      'the new one is of another kind',
      async ({ folder }) => {
        await issue(folder, { signsPasses: false })
      },
      'is not a Pass Type ID certificate',
    ],
    [
      'its folder is removed',
      ({ path }) => rm(path, { recursive: true }),
      'its folder was removed, but its certificate still signs',
    ],
    [
      'the whole folder is gone',
      ({ folder }) => rm(folder, { recursive: true }),
      'its folder was removed, but its certificate still signs',
    ],
    [
      'the whole folder cannot be read',
      async ({ folder }) => {
        await rm(folder, { recursive: true })
        await writeFile(folder, '')
      },
      'CERTIFICATES_DIR cannot be read',
    ],
  ]
  it.each(accidents)('%s', async (_, happen, reason) => {
    const service = await start([{}])
    const path = join(service.folder, TEST_PASS_TYPE_ID)
    const backup = await createTemporaryFolder()
    await cp(path, backup, { recursive: true })
    const signer = await signNext(service)
    await happen({ folder: service.folder, path })
    await refresh(service)
    service.advance(2 * REMOVAL_DELAY_MS)
    await refresh(service)

    expect(await signNext(service)).toBe(signer)
    const warnings = await readWarnings(service)
    expect(warnings).toContainEqual(expect.stringContaining('still sign'))
    // Everybody can read it.
    expect(warnings.join()).not.toContain(service.folder)
    await waitFor(
      () => service.logs,
      (logs) => logs.some((line) => line.includes(reason)),
    )
    const logged = service.logs.filter((line) => line.includes(reason))
    expect(logged).toHaveLength(1)

    await rm(service.folder, { recursive: true, force: true })
    await mkdir(service.folder)
    await cp(backup, path, { recursive: true })
    await refresh(service)
    expect((await readWarnings(service)).join()).not.toContain('still sign')
  })
})

describe('a folder of another Pass Type ID', () => {
  it('is used without a restart once all its files are there', async () => {
    const service = await start([{}])
    const create = () =>
      service.fetch('/api/passes', {
        key: service.key,
        json: { title: 'Pass', passTypeIdentifier: OTHER },
      })
    expect(await readErrorResponse(await create())).toMatchObject({
      status: 400,
      issues: [{ path: 'passTypeIdentifier', message: expect.stringContaining('is not set up') }],
    })
    const files = await apple.issue({ passTypeIdentifier: OTHER })
    await writeIdentity(service.folder, OTHER, { certificate: files.certificate })
    await refresh(service)
    expect((await create()).status).toBe(400)
    expect(await readWarnings(service)).toContainEqual(
      `${OTHER}: its files cannot be used, so nothing is signed with them`,
    )
    await writeIdentity(service.folder, OTHER, files)
    await refresh(service)
    expect((await create()).status).toBe(201)
    expect((await readWarnings(service)).join()).not.toContain('cannot be used')
  })

  it('may be replaced as a whole, and is given up some time after it was removed', async () => {
    const service = await start([{}, { passTypeIdentifier: OTHER, notBefore: fromNow(-DAY_MS) }])
    const pass = await createPass(service, service.key, { passTypeIdentifier: OTHER })
    const path = join(service.folder, OTHER)
    await rename(path, `${service.folder}/.old`)
    await refresh(service)
    expect(await download(service, pass)).toBeDefined()
    const fingerprint = await issue(service.folder, { passTypeIdentifier: OTHER, key: 'other' })
    await refresh(service)
    expect(await download(service, pass)).toBe(fingerprint)

    await rm(path, { recursive: true })
    await refresh(service)
    service.advance(REMOVAL_DELAY_MS)
    await refresh(service)
    const response = await service.fetch(new URL(pass.downloadUrl).pathname)
    expect(response.status).toBe(503)
    expect(await response.text()).toContain('is not on this server any more')
    expect(await createPass(service, service.key)).toBeDefined()
  })

  it('stays when it is removed while DEFAULT_PASS_TYPE_ID names it', async () => {
    const service = await start([{}, { passTypeIdentifier: OTHER }], {
      DEFAULT_PASS_TYPE_ID: OTHER,
    })
    await rm(join(service.folder, OTHER), { recursive: true })
    await refresh(service)
    service.advance(2 * REMOVAL_DELAY_MS)
    await refresh(service)
    const { serialNumber } = await createPass(service, service.key)
    const row = await service.ctx.db
      .selectFrom('pass')
      .select('pass_type_identifier as id')
      .where('serial_number', '=', serialNumber)
      .executeTakeFirst()
    expect(row?.id).toBe(OTHER)
  })

  it('that expires stops only its own passes', async () => {
    const service = await start([
      { notBefore: fromNow(-9 * DAY_MS), notAfter: fromNow(DAY_MS / 2) },
      { passTypeIdentifier: OTHER, notBefore: fromNow(-DAY_MS) },
    ])
    const own = { externalId: 'own', passTypeIdentifier: OTHER }
    await createPass(service, service.key, own)
    const shared = await createPass(service, service.key)
    service.advance(DAY_MS)
    const post = (json: object) =>
      service.fetch('/api/passes', { key: service.key, json: { title: 'Pass', ...json } })
    // The default one has expired.
    expect(await readErrorResponse(await service.fetch('/ready'))).toMatchObject({
      status: 503,
      code: 'certificate_expired',
    })
    expect((await service.fetch(new URL(shared.downloadUrl).pathname)).status).toBe(503)
    expect(await readErrorResponse(await post({}))).toMatchObject({ code: 'certificate_expired' })
    expect(await readErrorResponse(await post({ externalId: 'new' }))).toMatchObject({
      code: 'certificate_expired',
    })
    expect((await post({ passTypeIdentifier: OTHER })).status).toBe(201)
    // Its own identity signs it, whatever is the default.
    expect((await post({ title: 'Changed', externalId: 'own' })).status).toBe(200)
  })
})
