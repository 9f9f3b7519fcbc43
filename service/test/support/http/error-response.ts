import type { Issue, ProblemCode } from '@passwright/shared'
import { expect } from 'vitest'

/** An error response: status, body and headers. */
export interface ErrorResponse {
  status: number
  code: ProblemCode
  error: string
  requestId: string
  issues?: Issue[]
  headers: Headers
}

/** Internals that no response may contain: stack traces, paths, SQL, drivers' messages, keys. */
const internals =
  /\bat (?:async )?[\w.<>]+ \(|node_modules|file:\/\/|\/src\/|\.ts\b|\bselect\b.*\bfrom\b|sqlite|kysely|postgres|ECONN|pw_live_[0-9a-f]/i

/** Reads an error response and asserts what all of them promise: the shape, the request id, no internals. */
export async function readErrorResponse(response: Response): Promise<ErrorResponse> {
  const text = await response.text()
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(text).not.toMatch(internals)
  const body = JSON.parse(text)
  expect(body).toEqual({
    error: expect.stringMatching(/\S.{10,}/s),
    code: expect.stringMatching(/^[a-z]+(_[a-z]+)*$/),
    requestId: response.headers.get('x-request-id'),
    ...(response.status === 400 ? { issues: expect.any(Array) } : {}),
  })
  for (const issue of body.issues ?? []) {
    expect(issue).toEqual({ path: expect.any(String), message: expect.any(String) })
  }
  expect(body.issues?.length ?? 0).toBeLessThanOrEqual(100)
  return { ...body, status: response.status, headers: response.headers }
}
