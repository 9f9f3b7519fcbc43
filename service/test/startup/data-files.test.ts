import { chmod, chown, mkdir, readdir, stat, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { restrictToOwner } from '../../src/private-files.ts'
import {
  createTestApple,
  TEST_PASS_TYPE_ID,
  writeIdentity,
} from '../support/certificates/test-apple.ts'
import { createUnprivilegedUser } from '../support/environment/other-user.ts'
import { runCommand, spawnService, waitUntilReady } from '../support/environment/service-process.ts'
import { createTemporaryFolder } from '../support/environment/temporary-folder.ts'
import { startTestService } from '../support/environment/test-service.ts'

const start = async (dataDir: string) => {
  const env = { DATA_DIR: dataDir, CERTIFICATES_DIR: join(dataDir, 'certificates') }
  const service = await startTestService({ env })
  onTestFinished(service.stop)
  return service
}

/** The mode of a folder and of everything in it, by path. */
async function readModes(folder: string): Promise<Record<string, string>> {
  const names = await readdir(folder, { recursive: true })
  const paths = [folder, ...names.map((name) => join(folder, name))]
  const modes = paths.map(async (path) => [
    path.slice(folder.length) || '/',
    ((await stat(path)).mode & 0o777).toString(8),
  ])
  return Object.fromEntries(await Promise.all(modes))
}

const expectedModes = {
  '/': '700',
  '/passwright.db': '600',
  '/passwright.db-shm': '600',
  '/passwright.db-wal': '600',
  '/certificates': '700',
  '/certificates/secret': '600',
  '/certificates/pass.dev.passwright': '700',
  '/certificates/pass.dev.passwright/certificate.pem': '600',
  '/certificates/pass.dev.passwright/chain.pem': '600',
  '/certificates/pass.dev.passwright/key.pem': '600',
}

describe('the files of the service', () => {
  it('are created for its user only, with the folders above them', async () => {
    const folder = await createTemporaryFolder()
    await start(join(folder, 'new', 'data'))
    expect(await readModes(join(folder, 'new', 'data'))).toEqual(expectedModes)
    expect((await stat(join(folder, 'new'))).mode & 0o777).toBe(0o700)
  })

  it('are created for its user only by the command line too', async () => {
    const folder = join(await createTemporaryFolder(), 'data')
    await runCommand({ DATA_DIR: folder }, 'keys', 'list')
    expect(await readModes(folder)).toEqual({ '/': '700', '/passwright.db': '600' })
  })

  it('are taken away from everyone else at the next start, also behind a link', async () => {
    const root = await createTemporaryFolder()
    await start(join(root, 'data'))
    for (const [path, mode] of Object.entries(expectedModes)) {
      await chmod(join(root, 'data', path), mode === '700' ? 0o755 : 0o644)
    }
    await symlink('data', join(root, 'link'))
    const { logs } = await start(join(root, 'link'))
    expect(await readModes(join(root, 'data'))).toEqual(expectedModes)
    expect(logs.join()).not.toContain('"files"')
  })

  it('stay open to a group that they are shared with', async () => {
    const data = join(await createTemporaryFolder(), 'data')
    await start(data)
    const shared = { '/certificates': '750', '/certificates/secret': '640' }
    for (const [path, mode] of Object.entries(shared)) {
      await chmod(join(data, path), Number.parseInt(mode, 8))
    }
    await start(data)
    expect(await readModes(data)).toEqual({ ...expectedModes, ...shared })
  })

  it('cause a warning, and no failed start, where they belong to somebody else', async () => {
    const user = createUnprivilegedUser()
    if ('reason' in user) {
      return console.info(`Skipped: a folder of somebody else, because ${user.reason}.`)
    }
    onTestFinished(user.remove)
    const folder = await createTemporaryFolder()
    await chown(folder, 0, 0)
    await chmod(folder, 0o777)
    const service = await spawnService({ DATA_DIR: folder }, { cwd: '/', launcher: user.launcher })
    onTestFinished(() => void service.child.kill('SIGKILL'))
    await waitUntilReady(service)
    expect(service.output()).toContain(
      `${folder} is open to every user of this machine, and the service cannot change that (EPERM); as its owner run: chmod 700 ${folder}`,
    )
    const { '/': _, ...inside } = await readModes(folder)
    expect({ '/': '700', ...inside }).toEqual(expectedModes)
  })

  it('leave a folder that all users share as it is', async () => {
    const folder = await createTemporaryFolder()
    await chmod(folder, 0o1777)
    expect(restrictToOwner(folder)).toMatch(/is a folder of all users; give the service one/)
    expect((await stat(folder)).mode & 0o7777).toBe(0o1777)
    expect(restrictToOwner('/')).toMatch(/is a folder of all users/)
    expect(restrictToOwner(join(folder, 'missing'))).toBeUndefined()
  })
})

describe('the key of a real identity', () => {
  it.each([
    [0o644, true],
    [0o604, true],
    [0o640, false],
    [0o600, false],
  ])('with the mode %o is never changed, and causes a warning: %s', async (mode, isWarned) => {
    const data = await createTemporaryFolder()
    const certificates = join(data, 'certificates')
    await mkdir(certificates, { recursive: true })
    await writeIdentity(certificates, TEST_PASS_TYPE_ID, await (await createTestApple()).issue())
    const key = join(certificates, TEST_PASS_TYPE_ID, 'key.pem')
    await chmod(key, mode)
    const { logs } = await start(data)
    expect((await stat(key)).mode & 0o777).toBe(mode)
    const warning = `${key} can be read by every user of this machine; run: chmod 600 ${key}`
    expect(logs.join().includes(warning)).toBe(isWarned)
  })
})
