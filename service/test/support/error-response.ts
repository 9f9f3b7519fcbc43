import type { Issue, ProblemCode } from '@passwright/shared'
import { expect } from 'vitest'

/** An error answer: its status, what it says, and the headers that belong to it. */
export interface ProblemAnswer {
  status: number
  code: ProblemCode
  error: string
  requestId: string
  issues?: Issue[]
  headers: Headers
}

/** What only we should know: a stack, a path, a statement, a driver's word. */
const insides =
  /\bat (?:async )?[\w.<>]+ \(|node_modules|file:\/\/|\/src\/|\.ts\b|\bselect\b.*\bfrom\b|sqlite|kysely|postgres|ECONN|pw_live_[0-9a-f]/i

/** Reads an error answer, and holds it to what all of them promise: the shape, the id, nothing of our insides. */
export async function problemIn(response: Response): Promise<ProblemAnswer> {
  const text = await response.text()
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(text).not.toMatch(insides)
  const body = JSON.parse(text)
  expect(body).toEqual({
    error: expect.stringMatching(/\S.{10,}/s),
    code: expect.stringMatching(/^[a-z]+(_[a-z]+)*$/),
    requestId: response.headers.get('x-request-id'),
    ...(body.code === 'invalid_request' && 'issues' in body
      ? {
          issues: expect.arrayContaining([
            { path: expect.any(String), message: expect.any(String) },
          ]),
        }
      : {}),
  })
  return { ...body, status: response.status, headers: response.headers }
}
