import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import {
  DEVELOPMENT_PASS_TYPE_ID,
  ensureDevelopmentIdentity,
} from '../../../../src/apple/certificates/folder/development.ts'
import { loadIdentities } from '../../../../src/apple/certificates/folder/load.ts'
import { isValidAt } from '../../../../src/apple/certificates/identity.ts'
import { toPassFile } from '../../../../src/apple/signing/archive.ts'
import { loadIdentityFolder } from '../../../support/certificates/load-identity.ts'
import { createTestApple, writeIdentity } from '../../../support/certificates/test-apple.ts'
import { createTemporaryFolder } from '../../../support/environment/temporary-folder.ts'
import { createTestSigner } from '../../../support/passes/test-signer.ts'
import { verifyPass } from '../../../support/passes/verify-pass.ts'

const dayMs = 24 * 60 * 60 * 1000

describe('the development identity', () => {
  test('is created once when three processes start on an empty folder', async () => {
    const directory = join(await createTemporaryFolder(), 'data', 'certificates')
    const script = `import { ensureDevelopmentIdentity } from ${JSON.stringify(
      new URL('../../../../src/apple/certificates/folder/development.ts', import.meta.url).href,
    )}
    await ensureDevelopmentIdentity(process.argv[1], new Date())`
    const start = () =>
      promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, directory])
    await Promise.all([start(), start(), start()])
    expect(await readdir(directory)).toEqual([DEVELOPMENT_PASS_TYPE_ID])
    const before = await readFile(join(directory, DEVELOPMENT_PASS_TYPE_ID, 'key.pem'))
    await start()
    const folder = join(directory, DEVELOPMENT_PASS_TYPE_ID)
    expect(await readFile(join(folder, 'key.pem'))).toEqual(before)
    expect((await stat(join(folder, 'key.pem'))).mode & 0o777).toBe(0o600)
  })

  test('is named as not Apple’s, is valid for ten years and signs passes that verify', async () => {
    const directory = await createTemporaryFolder()
    const now = new Date()
    await ensureDevelopmentIdentity(directory, now)
    const { identities, warnings } = await loadIdentities({ directory, now })
    const [identity] = identities
    if (identity === undefined) throw new Error('not loaded')
    expect(identity.development).toBe(true)
    expect(identity.certificate.issuer).toContain('not Apple')
    expect(warnings).toEqual([expect.stringMatching(/development identity.*not Apple.*refuses/)])
    expect(isValidAt(identity, new Date(now.getTime() + 3650 * dayMs))).toBe(true)
    expect(identity.teamIdentifier).toHaveLength(10)

    const { passTypeIdentifier, teamIdentifier } = identity
    const passJson = Buffer.from(JSON.stringify({ passTypeIdentifier, teamIdentifier }))
    const files = [toPassFile('icon.png', Buffer.from('icon'))]
    const pass = await createTestSigner({ signer: 'native' })({ passJson, files }, identity, now)
    const chain = await readFile(join(directory, DEVELOPMENT_PASS_TYPE_ID, 'chain.pem'), 'utf8')
    const [, root = ''] = chain.match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g) ?? []
    await verifyPass(pass, { root })
  })

  test('is not created when there is an identity of your own, valid or not', async () => {
    const directory = await createTemporaryFolder()
    await mkdir(join(directory, 'pass.com.example.empty'))
    await ensureDevelopmentIdentity(directory, new Date())
    expect(await readdir(directory)).toEqual(['pass.com.example.empty'])
  })

  test('is recognized by its root: a real identity with the same Pass Type ID is not one', async () => {
    const apple = await createTestApple()
    const options = { passTypeIdentifier: DEVELOPMENT_PASS_TYPE_ID }
    const directory = await createTemporaryFolder()
    await writeIdentity(directory, DEVELOPMENT_PASS_TYPE_ID, await apple.issue(options))
    const { identities } = await loadIdentityFolder(apple, directory)
    expect(identities[0]?.development).toBe(false)
  })
})
