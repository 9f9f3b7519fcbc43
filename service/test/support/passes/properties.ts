import assert from 'node:assert/strict'
import type { X509Certificate } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { Agent, request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { problems } from '@passwright/shared'
import { normalizePassRequest, PASS_MEDIA_TYPE } from '@passwright/shared/schema'
import fc from 'fast-check'
import { verifyPass as verifyAsWallet } from '../../../src/apple/verify/verify-pass.ts'
import { toRequestPath } from '../../../src/passes/create/request-paths.ts'
import { type OddRequest, oddRequest } from '../http/odd-requests.ts'
import { assertPassMatches } from '../http/response-checks.ts'
import { acceptedBody } from './arbitraries.ts'
import { verifyPass } from './verify-pass.ts'

/** The service under test, an API key of the unlimited plan, and the root certificate of its passes. */
export interface Target {
  url: string
  key: string
  root: X509Certificate
}

/** How many responses of each kind a run got (`200`, `400 invalid_request`, …), to check that it covered several kinds. */
export type ResponseCounts = Map<string, number>

/** Every body that the field table allows creates a valid pass with the requested content. */
export function acceptedBodiesMakePasses(target: Target, counts: ResponseCounts) {
  const format = fc.constantFrom('json', 'pkpass')
  return fc.asyncProperty(acceptedBody(), format, async (body, format) => {
    const text = JSON.stringify(body)
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${target.key}` }
    const path = `/api/passes?format=${format}`
    const response = await send(target.url, { path, headers, body: Buffer.from(text) })
    assert.equal(response.status, 201, `refused: ${response.body}`)
    countResponse(counts, '201')
    await assertPass(target, response, body)
    assertWalletTakes(response, body)
  })
}

/** Asserts that Wallet refuses nothing of a new pass, and ignores nothing that the reply does not warn of. */
function assertWalletTakes(response: RawResponse, body: Record<string, unknown>): void {
  const isFile = response.headers['content-type'] === PASS_MEDIA_TYPE
  const reply = isFile ? undefined : JSON.parse(`${response.body}`)
  const file = isFile ? response.body : Buffer.from(reply.applePass, 'base64')
  const findings = verifyAsWallet(file).findings.filter(
    ({ code }) => code !== 'development_signature',
  )
  assert.deepEqual(
    findings.filter(({ level }) => level === 'refused'),
    [],
  )
  const warnings: { path: string }[] = reply?.warnings ?? []
  // A reply has at most 100 warnings.
  if (!reply || warnings.length === 100) return
  const spec = normalizePassRequest(body)
  const warned = new Set(warnings.map(({ path }) => path))
  const isSilent = ({ path }: { path: string }) => {
    const asked = toRequestPath(path, spec)
    // A group that is too long is one warning of the reply, and the first hidden field one of the file.
    return !warned.has(asked) && !warned.has(asked.replace(/\[\d+\]$/, ''))
  }
  assert.deepEqual(findings.filter(isSilent), [])
}

/** Every request, however odd, gets a pass or an error in the documented shape, never a 5xx. */
export function oddRequestsGetResponses(target: Target, counts: ResponseCounts) {
  return fc.asyncProperty(oddRequest(target.key), async (odd) => {
    const response = await send(target.url, odd)
    if (response.status >= 300) return countResponse(counts, assertErrorShape(response))
    countResponse(counts, String(response.status))
    await assertPass(target, response, JSON.parse(new TextDecoder().decode(Buffer.from(odd.text))))
  })
}

interface RawResponse {
  status: number
  headers: IncomingHttpHeaders
  body: Buffer
}

const agent = new Agent({ keepAlive: true, maxSockets: 8 })

/** Sends a request with node:http, which allows almost any header and does not decompress the response. */
async function send(
  url: string,
  { path, headers, body }: Omit<OddRequest, 'text'>,
  method = 'POST',
): Promise<RawResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<RawResponse>()
  const sent = request(url + path, { method, headers, agent }, async (response) => {
    const { statusCode = 0, headers } = response
    resolve(buffer(response).then((body) => ({ status: statusCode, headers, body })))
  })
  sent.on('error', reject)
  sent.end(body)
  return promise
}

async function assertPass(target: Target, response: RawResponse, body: Record<string, unknown>) {
  const requested = normalizePassRequest(body)
  const isFile = response.headers['content-type'] === PASS_MEDIA_TYPE
  const file = isFile
    ? response.body
    : Buffer.from(JSON.parse(`${response.body}`).applePass, 'base64')
  const pass = await verifyPass(file, { root: target.root, programs: false })
  const serialNumber = response.headers['x-serial-number']
  assert.equal(pass.passJson.serialNumber, serialNumber)
  assertPassMatches(requested, pass)

  const { metadata = {}, externalId = null } = requested
  const headers = { authorization: `Bearer ${target.key}` }
  const path = `/api/passes/${serialNumber}`
  const reply = await send(target.url, { path, headers, body: Buffer.alloc(0) }, 'GET')
  const stored = JSON.parse(`${reply.body}`)
  assert.deepEqual(
    { metadata: stored.metadata, externalId: stored.externalId },
    { metadata, externalId },
  )
}

/** Internals that no response may contain. */
const internals = /node_modules|file:\/\/|\/src\/|\n\s+at |sqlite|kysely|SQLSTATE/i

/** Asserts the documented shape of an error response; returns its status and code. */
function assertErrorShape({ status, headers, body }: RawResponse): string {
  const text = body.toString()
  assert.ok(status >= 400 && status < 500, `${status}: ${text}`)
  assert.equal(headers['content-type'], 'application/json; charset=utf-8')
  assert.doesNotMatch(text, internals)
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
    assert.equal(paths.size, issues.length, `reported twice: ${text}`)
  } else assert.deepEqual(issues, status === 400 ? [] : undefined)
  return `${status} ${code}`
}

function countResponse(counts: ResponseCounts, kind: string): void {
  counts.set(kind, (counts.get(kind) ?? 0) + 1)
}
