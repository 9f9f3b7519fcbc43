import { afterEach, expect, it, vi } from 'vitest'
import { withDeadline } from '../src/deadline.ts'

afterEach(() => {
  vi.useRealTimers()
})

it('a run that hangs ends before the 30 seconds of Zapier do, so that Zapier retries', async () => {
  vi.useFakeTimers()
  const hanging = withDeadline('https://passes.example.com', new Promise(() => {}))
  const ended = expect(hanging).rejects.toMatchObject({
    code: 'not_ready',
    message:
      'https://passes.example.com did not reply within 25 seconds. Zapier will try again later.',
  })
  await vi.advanceTimersByTimeAsync(25_000)
  await ended
})

it('a run that ends in time leaves no timer behind', async () => {
  vi.useFakeTimers()
  expect(await withDeadline('https://passes.example.com', Promise.resolve('pass'))).toBe('pass')
  await expect(withDeadline('', Promise.reject(new Error('Not here')))).rejects.toThrow('Not here')
  expect(vi.getTimerCount()).toBe(0)
})
