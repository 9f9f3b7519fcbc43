import assert from 'node:assert/strict'
import type { X509Certificate } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { Agent, request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { problems } from '@passwright/shared'
import { PASS_MEDIA_TYPE } from '@passwright/shared/schema'
import fc from 'fast-check'
import { acceptedBody } from './arbitraries.ts'
import { type OddRequest, oddRequest } from './odd-requests.ts'
import { assertHolds } from './response-checks.ts'
import { judgePass } from './verify-pass.ts'

/** The service that is asked, a key of its unlimited plan, and the root that its passes end in. */
export interface Target {
  url: string
  key: string
  root: X509Certificate
}

/** How often each answer came: `200`, `400 invalid_request`, …; shows that a run was not all of one kind. */
export type Tally = Map<string, number>

/** Every body that the field table allows gives a pass that verifies and holds what was asked. */
export function everyAcceptedBodyMakesItsPass(target: Target, tally: Tally) {
  const format = fc.constantFrom('json', 'pkpass')
  return fc.asyncProperty(acceptedBody(), format, async (body, format) => {
    const text = JSON.stringify(body)
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${target.key}` }
    const path = `/api/passes?format=${format}`
    const answer = await ask(target.url, { path, headers, body: Buffer.from(text) })
    assert.equal(answer.status, 201, `refused: ${answer.body}`)
    count(tally, '201')
    await assertPass(target, answer, body)
  })
}

/** Every request, however odd, gets its pass or an error of the contract's shape, never a 5xx. */
export function everyOddRequestIsAnswered(target: Target, tally: Tally) {
  return fc.asyncProperty(oddRequest(target.key), async (odd) => {
    const answer = await ask(target.url, odd)
    if (answer.status >= 300) return count(tally, assertRefusal(answer))
    count(tally, String(answer.status))
    await assertPass(target, answer, JSON.parse(new TextDecoder().decode(Buffer.from(odd.text))))
  })
}

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: Buffer
}

const agent = new Agent({ keepAlive: true, maxSockets: 8 })

/** Node's own client: it sends nearly any header, and does not unpack what comes back. */
async function ask(
  url: string,
  { path, headers, body }: Omit<OddRequest, 'text'>,
  method = 'POST',
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const sent = request(url + path, { method, headers, agent }, async (response) => {
    const { statusCode = 0, headers } = response
    resolve(buffer(response).then((body) => ({ status: statusCode, headers, body })))
  })
  sent.on('error', reject)
  sent.end(body)
  return promise
}

async function assertPass(target: Target, answer: Answer, asked: Record<string, unknown>) {
  const isFile = answer.headers['content-type'] === PASS_MEDIA_TYPE
  const file = isFile ? answer.body : Buffer.from(JSON.parse(`${answer.body}`).applePass, 'base64')
  const made = await judgePass(file, { root: target.root, programs: false })
  const serialNumber = answer.headers['x-serial-number']
  assert.equal(made.passJson.serialNumber, serialNumber)
  assertHolds(asked, made)

  const { metadata = {}, externalId = null } = asked
  const headers = { authorization: `Bearer ${target.key}` }
  const path = `/api/passes/${serialNumber}`
  const told = await ask(target.url, { path, headers, body: Buffer.alloc(0) }, 'GET')
  const stored = JSON.parse(`${told.body}`)
  assert.deepEqual(
    { metadata: stored.metadata, externalId: stored.externalId },
    { metadata, externalId },
  )
}

/** What only we should know. */
const insides = /node_modules|file:\/\/|\/src\/|\n\s+at |sqlite|kysely|SQLSTATE/i

/** Holds an error answer to its shape; gives its status and code. */
function assertRefusal({ status, headers, body }: Answer): string {
  const text = body.toString()
  assert.ok(status >= 400 && status < 500, `${status}: ${text}`)
  assert.equal(headers['content-type'], 'application/json; charset=utf-8')
  assert.doesNotMatch(text, insides)
  const { error, code, requestId, issues, ...others } = JSON.parse(text)
  assert.deepEqual(others, {})
  assert.equal(problems[code as keyof typeof problems]?.status, status)
  assert.match(error, /\S/)
  assert.equal(requestId, headers['x-request-id'])
  if (code === 'invalid_request') {
    assert.ok(issues.length > 0)
    const paths = new Set<string>()
    for (const { path, message, ...more } of issues) {
      assert.equal(typeof path, 'string')
      assert.match(message, /\S/)
      assert.deepEqual(more, {})
      paths.add(path)
    }
    assert.equal(paths.size, issues.length, `told twice: ${text}`)
  } else assert.equal(issues, undefined)
  return `${status} ${code}`
}

function count(tally: Tally, what: string): void {
  tally.set(what, (tally.get(what) ?? 0) + 1)
}
