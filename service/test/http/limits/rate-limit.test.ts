import { afterEach, describe, expect, it } from 'vitest'
import { createRateLimit } from '../../../src/http/limits/rate-limit.ts'
import { databases } from '../../support/databases/databases.ts'
import { createTestClock } from '../../support/environment/test-clock.ts'
import {
  createUnknownKey,
  startTestService,
  type TestService,
} from '../../support/environment/test-service.ts'
import { readErrorResponse } from '../../support/http/error-response.ts'

let service: TestService
const clock = createTestClock()
afterEach(() => service?.stop())

const start = async (env: Record<string, string>, databaseUrl?: string) => {
  const overrides = () => ({ now: clock.now })
  service = await startTestService({ env, overrides, ...(databaseUrl && { databaseUrl }) })
}
const getUsage = (key: string, headers: Record<string, string> = {}) =>
  service.fetch('/api/auth/usage', { key, headers })
const repeat = (times: number, request: () => Promise<Response>) =>
  Promise.all(
    Array.from({ length: times }, async () => {
      const response = await request()
      await response.arrayBuffer()
      return response.status
    }),
  )

describe.each(databases)('the rate of a key on $name', ({ createDatabase }) => {
  it('is RATE_LIMIT requests in 10 seconds on the plan free, then a 429 with the time to retry', async () => {
    await start({ RATE_LIMIT: '5' }, await createDatabase())
    const key = await service.createKey('free')
    expect(await repeat(5, () => getUsage(key))).toEqual(Array(5).fill(200))
    const refused = await readErrorResponse(await getUsage(key))
    expect(refused).toMatchObject({ status: 429, code: 'too_many_requests' })
    expect(refused.headers.get('retry-after')).toBe('10')
    expect((await getUsage(await service.createKey('free'))).status).toBe(200)
    clock.advance(9_500)
    const stillRefused = await readErrorResponse(await getUsage(key))
    expect(stillRefused.headers.get('retry-after')).toBe('1')
    clock.advance(500)
    expect((await getUsage(key)).status).toBe(200)
  })
})

it('the rate of a key is 100 when nothing is set, and other plans have none', async () => {
  await start({})
  const free = await service.createKey('free')
  const statuses = await repeat(103, () => getUsage(free))
  expect(statuses.filter((status) => status === 429)).toHaveLength(3)
  for (const plan of ['pro', 'unlimited'] as const) {
    const key = await service.createKey(plan)
    expect(new Set(await repeat(150, () => getUsage(key)))).toEqual(new Set([200]))
  }
})

it('a key beyond its rate is told first what is wrong with its request', async () => {
  await start({ RATE_LIMIT: '1' })
  const key = await service.createKey('free')
  const post = (body: string, type = 'application/json', path = '/api/passes') =>
    service.fetch(path, { method: 'POST', key, headers: { 'content-type': type }, body })
  expect((await post('{"title":"Pass"}')).status).toBe(201)
  const statuses = [
    (await post('{"titel":1}')).status,
    (await post('{')).status,
    (await post('{}', 'text/plain')).status,
    (await post(' '.repeat(2_100_000))).status,
    (await service.fetch('/api/passes/none', { key })).status,
    (await service.fetch('/api/passes?limit=0', { key })).status,
    (await post('{"title":"Pass"}')).status,
  ]
  expect(statuses).toEqual([400, 400, 415, 413, 429, 400, 429])
})

it('a large body of a key beyond its rate is refused without being read', async () => {
  await start({ RATE_LIMIT: '1' })
  const key = await service.createKey('free')
  expect((await getUsage(key)).status).toBe(200)
  const response = await service.fetch('/api/passes', {
    method: 'POST',
    key,
    headers: { 'content-type': 'application/json' },
    body: `{"titel":"${'x'.repeat(100_000)}"}`,
  })
  expect(await readErrorResponse(response)).toMatchObject({ code: 'too_many_requests' })
})

it('more than 100 wrong keys a minute from one address get a 429, and a right key still works', async () => {
  await start({ RATE_LIMIT: '1000', TRUST_PROXY: '1' })
  const key = await service.createKey()
  const from = (address: string) => ({ 'x-forwarded-for': address })
  const here = from('[2001:db8::1]:443')
  const statuses = await repeat(101, () => getUsage(createUnknownKey(), here))
  expect(statuses.sort()).toEqual([...Array(100).fill(401), 429])
  for (const wrong of [createUnknownKey(), 'x', key.slice(0, -1)]) {
    const refused = await readErrorResponse(await getUsage(wrong, from('2001:db8::2')))
    expect(refused).toMatchObject({ status: 429, code: 'too_many_requests' })
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50)
  }
  expect((await getUsage(key, here)).status).toBe(200)
  expect((await getUsage(createUnknownKey(), from('2001:db8:0:1::1'))).status).toBe(401)
  clock.advance(60_000)
  expect((await getUsage(createUnknownKey(), here)).status).toBe(401)
})

it('requests without a key are no guesses, and stay a 401', async () => {
  await start({})
  const statuses = await repeat(150, () => service.fetch('/api/auth/usage'))
  expect(new Set(statuses)).toEqual(new Set([401]))
})

it('a limit remembers a bounded number of callers', () => {
  const count = createRateLimit({ times: 1, seconds: 60, now: clock.now })
  expect(count('first')).toBeUndefined()
  expect(count('first')?.code).toBe('too_many_requests')
  for (let caller = 0; caller < 50_000; caller += 1) count(`caller ${caller}`)
  expect(count('first')).toBeUndefined()
})
