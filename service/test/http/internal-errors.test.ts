import { describe, expect, it, onTestFinished } from 'vitest'
import type { Context } from '../../src/context.ts'
import { problemIn } from '../support/error-response.ts'
import { tinyPng } from '../support/png.ts'
import { startProcess } from '../support/service-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { startTestService } from '../support/test-service.ts'

const png = tinyPng().toString('base64')
const secret = 'the 4th of July /etc/passwd pw_live_0123456789abcdef'
const throwing = (what: unknown) => () => {
  throw what
}

describe('a fault of ours', () => {
  const faults: [what: string, change: (ctx: Context) => Partial<Context>][] = [
    ['an error while signing', () => ({ signPass: throwing(new Error(secret)) })],
    [
      'a rejection while signing',
      () => ({ signPass: () => Promise.reject(new TypeError(secret)) }),
    ],
    ['a text that is thrown', () => ({ signPass: throwing(secret) })],
    ['nothing that is thrown', () => ({ signPass: throwing(undefined) })],
    [
      'an image that cannot be prepared',
      () => ({ images: { prepare: throwing(new Error(secret)) } }),
    ],
    [
      'an error that looks like a client’s',
      () => ({
        signPass: throwing(
          Object.assign(new Error(secret), { status: 404, expose: true, code: 'ENOENT' }),
        ),
      }),
    ],
  ]
  it.each(faults)(
    '(%s) is a 500 without a word of it, costs nothing, and harms nobody else',
    async (_, change) => {
      let broken = false
      const service = await startTestService({
        change: (ctx) => ({
          signPass: (...given) =>
            (broken ? (change(ctx).signPass ?? ctx.signPass) : ctx.signPass)(...given),
          images: {
            prepare: (...given) =>
              (broken ? (change(ctx).images ?? ctx.images) : ctx.images).prepare(...given),
          },
        }),
      })
      onTestFinished(service.stop)
      const key = await service.createKey('pro')
      const logoURL = `data:image/png;base64,${png}`
      const make = () => service.fetch('/api/passes', { key, json: { title: 'Pass', logoURL } })
      broken = true
      const problem = await problemIn(await make())
      expect(problem).toMatchObject({ status: 500, code: 'internal_error' })
      expect(JSON.stringify(problem)).not.toMatch(/July|passwd/)
      expect(await service.client(key).getUsage()).toMatchObject({ count: 0 })
      const logged = service.logs.filter((line) => line.includes(problem.requestId)).join('')
      expect(logged).toContain('"level":"error"')
      expect(logged).not.toContain('pw_live_0')
      broken = false
      expect((await make()).status).toBe(201)
    },
  )

  it('that no request waits for is logged, and the process goes on', async () => {
    const stray = `process.on('SIGUSR2', () => Promise.reject(new Error('a stray one')))`
    const service = await startProcess({
      DATA_DIR: await temporaryFolder(),
      NODE_OPTIONS: `--import "data:text/javascript,${encodeURIComponent(stray)}"`,
    })
    onTestFinished(() => void service.child.kill('SIGKILL'))
    service.child.kill('SIGUSR2')
    await expect
      .poll(() => service.output())
      .toMatch(/"level":"error".*a stray one.*unhandled rejection/)
    expect((await fetch(`${service.url}/ready`)).status).toBe(200)
    expect(await service.end('SIGTERM')).toBe(0)
  })
})
