import { describe, expect, it, onTestFinished } from 'vitest'
import type { Context } from '../../src/context.ts'
import { startServiceProcess } from '../support/environment/service-process.ts'
import { createTemporaryFolder } from '../support/environment/temporary-folder.ts'
import { startTestService } from '../support/environment/test-service.ts'
import { readErrorResponse } from '../support/http/error-response.ts'
import { createTinyPng } from '../support/images/png.ts'

const png = createTinyPng().toString('base64')
const secret = 'the 4th of July /etc/passwd pw_live_0123456789abcdef'
const throwValue = (value: unknown) => () => {
  throw value
}

describe('an internal error', () => {
  const causes: [what: string, change: (ctx: Context) => Partial<Context>][] = [
    ['an error while signing', () => ({ signPass: throwValue(new Error(secret)) })],
    [
      'a rejection while signing',
      () => ({ signPass: () => Promise.reject(new TypeError(secret)) }),
    ],
    ['a thrown string', () => ({ signPass: throwValue(secret) })],
    ['a thrown undefined', () => ({ signPass: throwValue(undefined) })],
    [
      'an image that cannot be prepared',
      () => ({ images: { prepare: throwValue(new Error(secret)) } }),
    ],
    [
      'an error that looks like a client error',
      () => ({
        signPass: throwValue(
          Object.assign(new Error(secret), { status: 404, expose: true, code: 'ENOENT' }),
        ),
      }),
    ],
  ]
  it.each(causes)(
    '(%s) is a 500 that reveals nothing, costs nothing and does not affect later requests',
    async (_, change) => {
      let broken = false
      const service = await startTestService({
        overrides: (ctx) => ({
          signPass: (...args) =>
            (broken ? (change(ctx).signPass ?? ctx.signPass) : ctx.signPass)(...args),
          images: {
            prepare: (...args) =>
              (broken ? (change(ctx).images ?? ctx.images) : ctx.images).prepare(...args),
          },
        }),
      })
      onTestFinished(service.stop)
      const key = await service.createKey('pro')
      const logoURL = `data:image/png;base64,${png}`
      const create = () => service.fetch('/api/passes', { key, json: { title: 'Pass', logoURL } })
      broken = true
      const problem = await readErrorResponse(await create())
      expect(problem).toMatchObject({ status: 500, code: 'internal_error' })
      expect(JSON.stringify(problem)).not.toMatch(/July|passwd/)
      expect(await service.client(key).getUsage()).toMatchObject({ count: 0 })
      const logged = service.logs.filter((line) => line.includes(problem.requestId)).join('')
      expect(logged).toContain('"level":"error"')
      expect(logged).not.toContain('pw_live_0')
      broken = false
      expect((await create()).status).toBe(201)
    },
  )

  it('outside any request is logged, and the process keeps running', async () => {
    const stray = `process.on('SIGUSR2', () => Promise.reject(new Error('a stray rejection')))`
    const service = await startServiceProcess({
      DATA_DIR: await createTemporaryFolder(),
      NODE_OPTIONS: `--import "data:text/javascript,${encodeURIComponent(stray)}"`,
    })
    onTestFinished(() => void service.child.kill('SIGKILL'))
    service.child.kill('SIGUSR2')
    await expect
      .poll(() => service.output())
      .toMatch(/"level":"error".*a stray rejection.*unhandled rejection/)
    expect((await fetch(`${service.url}/ready`)).status).toBe(200)
    expect(await service.stop('SIGTERM')).toBe(0)
  })
})
