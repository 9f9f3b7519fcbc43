import { chmod, chown, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { nobody, type OtherUser, otherUser } from '../support/other-user.ts'
import { launchProcess, untilReady } from '../support/service-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

describe('a service that runs as a user who owns nothing', () => {
  const start = async (
    env: Record<string, string>,
    through: (user: OtherUser) => OtherUser['through'],
  ) => {
    const user = otherUser()
    if ('why' in user) {
      console.info(`Left out: starts as another user, because ${user.why}.`)
      return undefined
    }
    onTestFinished(user.remove)
    const service = await launchProcess(env, { cwd: '/', through: through(user) })
    onTestFinished(() => void service.child.kill('SIGKILL'))
    return service
  }
  const ownFolder = async () => {
    const folder = await temporaryFolder()
    if (process.getuid?.() === 0) await chown(folder, nobody, nobody)
    return folder
  }

  it('needs nothing but its DATA_DIR, and that may be the only place that can be written', async () => {
    const folder = await ownFolder()
    const service = await start({ DATA_DIR: folder }, (user) => user.withOnly(folder))
    if (!service) return
    await untilReady(service)
    const [key] = service.output().match(/pw_live_\w+/) ?? []
    const made = await fetch(`${service.url}/api/passes`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: '{"title":"Pass"}',
    })
    expect(made.status).toBe(201)
    expect(await service.end('SIGTERM')).toBe(0)
  })

  const takeAway = async (folder: string) => {
    await chown(folder, 0, 0)
    await chmod(folder, 0o755)
  }
  const obstacles: [what: string, path: string, (folder: string) => Promise<void>][] = [
    ['a DATA_DIR of another user', '', takeAway],
    ['a DATA_DIR that cannot be made', '/data', takeAway],
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
  it.each(obstacles)(
    'says which path and which user when it finds %s',
    async (_, path, obstruct) => {
      const folder = await ownFolder()
      await obstruct(folder)
      const named = join(folder, path)
      const service = await start(
        {
          DATA_DIR: path === '/data' ? named : folder,
          ...(path === '/db/x.db' ? { DATABASE_URL: `sqlite:${named}` } : {}),
        },
        (user) => user.through,
      )
      if (!service) return
      expect(await service.ended()).toBe(1)
      const [line = '', ...others] = service
        .output()
        .split('\n')
        .filter((one) => one && !one.startsWith('{'))
      expect(others).toEqual([])
      expect(line).toMatch(/^Passwright cannot start: \//)
      expect(line).toContain(named)
      expect(line).toContain(`by user ${nobody}`)
      expect(line).toMatch(/Give that user the f/)
    },
  )

  it.each([
    ['it cannot look into', (folder: string) => chown(folder, 0, 0)],
    ['that is a file', (folder: string) => writeFile(join(folder, 'data'), '')],
  ])('says which path it is when it finds a DATA_DIR %s', async (_, obstruct) => {
    const folder = await ownFolder()
    await obstruct(folder)
    const service = await start({ DATA_DIR: join(folder, 'data') }, (user) => user.through)
    if (!service) return
    expect(await service.ended()).toBe(1)
    expect(service.output()).toMatch(
      /^Passwright cannot start:\n- .+ cannot be read \(E[A-Z]+\); allow it/,
    )
    expect(service.output()).toContain(join(folder, 'data'))
  })
})
