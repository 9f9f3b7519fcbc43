import { chmod, chown, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  createUnprivilegedUser,
  UNPRIVILEGED_UID,
  type UnprivilegedUser,
} from '../support/environment/other-user.ts'
import { spawnService, waitUntilReady } from '../support/environment/service-process.ts'
import { createTemporaryFolder } from '../support/environment/temporary-folder.ts'

describe('a service that runs as an unprivileged user', () => {
  const start = async (
    env: Record<string, string>,
    through: (user: UnprivilegedUser) => UnprivilegedUser['launcher'],
  ) => {
    const user = createUnprivilegedUser()
    if ('reason' in user) {
      console.info(`Skipped: starts as another user, because ${user.reason}.`)
      return undefined
    }
    onTestFinished(user.remove)
    const service = await spawnService(env, { cwd: '/', launcher: through(user) })
    onTestFinished(() => void service.child.kill('SIGKILL'))
    return service
  }
  const createOwnFolder = async () => {
    const folder = await createTemporaryFolder()
    if (process.getuid?.() === 0) await chown(folder, UNPRIVILEGED_UID, UNPRIVILEGED_UID)
    return folder
  }

  it('needs write access to its DATA_DIR only', async () => {
    const folder = await createOwnFolder()
    const service = await start({ DATA_DIR: folder }, (user) => user.withWritableFolder(folder))
    if (!service) return
    await waitUntilReady(service)
    const [key] = service.output().match(/pw_live_\w+/) ?? []
    const created = await fetch(`${service.url}/api/passes`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: '{"title":"Pass"}',
    })
    expect(created.status).toBe(201)
    expect(await service.stop('SIGTERM')).toBe(0)
  })

  const giveToRoot = async (folder: string) => {
    await chown(folder, 0, 0)
    await chmod(folder, 0o755)
  }
  const obstacles: [what: string, path: string, (folder: string) => Promise<void>][] = [
    ['a DATA_DIR of another user', '', giveToRoot],
    ['a DATA_DIR that cannot be created', '/data', giveToRoot],
    [
      'a database of another user',
      '/passwright.db',
      async (folder) => {
        await writeFile(join(folder, 'passwright.db'), '', { mode: 0o644 })
      },
    ],
    [
      'a database folder of another user',
      '/db/x.db',
      async (folder) => {
        await mkdir(join(folder, 'db'))
      },
    ],
  ]
  it.each(obstacles)('names the path and the user when it finds %s', async (_, path, obstruct) => {
    const folder = await createOwnFolder()
    await obstruct(folder)
    const named = join(folder, path)
    const service = await start(
      {
        DATA_DIR: path === '/data' ? named : folder,
        ...(path === '/db/x.db' ? { DATABASE_URL: `sqlite:${named}` } : {}),
      },
      (user) => user.launcher,
    )
    if (!service) return
    expect(await service.waitForExit()).toBe(1)
    const [line = '', ...others] = service
      .output()
      .split('\n')
      .filter((one) => one && !one.startsWith('{'))
    expect(others).toEqual([])
    expect(line).toMatch(/^Passwright cannot start: \//)
    expect(line).toContain(named)
    expect(line).toContain(`by user ${UNPRIVILEGED_UID}`)
    expect(line).toMatch(/Give that user the f/)
  })

  it.each([
    ['that it cannot read', (folder: string) => chown(folder, 0, 0)],
    ['that is a file', (folder: string) => writeFile(join(folder, 'data'), '')],
  ])('names the path when it finds a DATA_DIR %s', async (_, obstruct) => {
    const folder = await createOwnFolder()
    await obstruct(folder)
    const service = await start({ DATA_DIR: join(folder, 'data') }, (user) => user.launcher)
    if (!service) return
    expect(await service.waitForExit()).toBe(1)
    expect(service.output()).toMatch(
      /^Passwright cannot start:\n- .+ cannot be read \(E[A-Z]+\); give the service's user read access/,
    )
    expect(service.output()).toContain(join(folder, 'data'))
  })
})
