import { afterEach, expect, it, vi } from 'vitest'
import type { Bundle, ZObject } from 'zapier-platform-core'
import { withDeadline } from '../src/deadline.ts'
import { callService } from '../src/transport.ts'

class ThrottledError extends Error {}

afterEach(() => {
  vi.useRealTimers()
})

it('a step whose request hangs ends before the 30 seconds of Zapier do, and is tried again', async () => {
  vi.useFakeTimers()
  const z = { errors: { ThrottledError }, request: () => new Promise(() => {}) }
  const bundle = { authData: { baseUrl: 'https://passes.example.com', apiKey: 'pw_live_1' } }
  const step = callService(z as unknown as ZObject, bundle as unknown as Bundle, (client) =>
    client.getUsage(),
  )
  const ended = expect(step).rejects.toThrow(
    new ThrottledError(
      'https://passes.example.com did not reply within 25 seconds. Zapier will try again later.',
    ),
  )
  await vi.advanceTimersByTimeAsync(25_000)
  await ended
})

it('a step that ends in time leaves no timer behind', async () => {
  vi.useFakeTimers()
  expect(await withDeadline('https://passes.example.com', Promise.resolve('pass'))).toBe('pass')
  await expect(withDeadline('', Promise.reject(new Error('Not here')))).rejects.toThrow('Not here')
  expect(vi.getTimerCount()).toBe(0)
})
