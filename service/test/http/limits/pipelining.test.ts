import { afterAll, beforeAll, expect, it } from 'vitest'
import { MAX_PIPELINED } from '../../../src/http/limits/connection.ts'
import { startTestService, type TestService } from '../../support/environment/test-service.ts'
import { openRawConnection, parseResponse, sendRawRequest } from '../../support/http/raw-http.ts'

let service: TestService
let key: string

beforeAll(async () => {
  service = await startTestService()
  key = await service.createKey()
})
afterAll(() => service.stop())

const create = (externalId = 'A-1') => {
  const body = JSON.stringify({ title: 'Pass', externalId })
  return `POST /api/passes HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
}
const get = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: a\r\n${more}\r\n`

/** The responses on a connection, in their order, each by its Content-Length. */
function splitResponses(raw: string): Response[] {
  const responses: Response[] = []
  for (let rest = raw; rest !== ''; ) {
    const headEnd = rest.indexOf('\r\n\r\n') + 4
    const length = Number(/^content-length: (\d+)/im.exec(rest.slice(0, headEnd))?.[1])
    responses.push(parseResponse(rest.slice(0, headEnd + length)))
    rest = rest.slice(headEnd + length)
  }
  return responses
}

const broken: [what: string, bytes: string, status: number][] = [
  ['bytes that are not HTTP', 'hello\0\r\n\r\n', 400],
  ['a request with a broken header', 'GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n', 400],
  ['a request with too many headers', get('/health', `X: ${'x'.repeat(20_000)}\r\n`), 431],
  [
    'a request without a key and with a broken body',
    'POST /api/passes HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n',
    400,
  ],
]

it.each(broken)(
  'a pass that is made gets its reply whole, also when %s follow on the connection',
  async (_, bytes, status) => {
    const raw = await sendRawRequest(service.url, create() + bytes)
    const [created, ...others] = splitResponses(raw)
    expect(created?.ok).toBe(true)
    expect(await created?.json()).toMatchObject({ externalId: 'A-1', voided: false })
    expect(others.map((other) => other.status)).toEqual([status])
    if (status === 400) expect(await others[0]?.json()).toMatchObject({ issues: [] })
  },
)

it('a request that wants the connection closed gets its reply, whatever follows', async () => {
  expect(
    (await service.client(key).createPass({ title: 'Pass', externalId: 'A-1' })).externalId,
  ).toBe('A-1')
  const closing = create().replace('\r\nHost', '\r\nConnection: close\r\nHost')
  for (const bytes of ['hello\0\r\n\r\n', get('/health')]) {
    const responses = splitResponses(await sendRawRequest(service.url, closing + bytes))
    expect(responses.map(({ status }) => status)).toEqual([200])
  }
})

it('a request that is cut off gets a 408 only when the one before has its reply', async () => {
  const { promise: signing, resolve: sign } = Promise.withResolvers<void>()
  const slow = await startTestService({
    overrides: ({ signPass }) => ({
      signPass: async (...content) => {
        await signing
        return signPass(...content)
      },
    }),
  })
  slow.server.headersTimeout = 200
  const slowKey = await slow.createKey()
  const connection = await openRawConnection(slow.url)
  const errors: Error[] = []
  slow.server.on('clientError', (error) => {
    errors.push(error)
    sign()
  })
  connection.send(`${create().replace(key, slowKey)}GET /health HTTP/1.1\r\nHo`)
  const responses = splitResponses(await connection.waitForEnd())
  expect(errors).toMatchObject([{ code: 'ERR_HTTP_REQUEST_TIMEOUT' }])
  expect(responses.map(({ status }) => status)).toEqual([201, 408])
  connection.close()
  await slow.stop()
})

it('requests that follow each other at once are handled one after the other, in their order', async () => {
  let running = 0
  let most = 0
  const counting = await startTestService({
    overrides: ({ signPass }) => ({
      signPass: async (...content) => {
        running += 1
        most = Math.max(most, running)
        const file = await signPass(...content)
        running -= 1
        return file
      },
    }),
  })
  const countingKey = await counting.createKey()
  const ids = Array.from({ length: 20 }, (_, index) => `A-${index}`)
  const requests = ids.map((id) => create(id).replace(key, countingKey)).join('')
  const raw = await sendRawRequest(counting.url, requests + get('/health', 'Connection: close\r\n'))
  const responses = splitResponses(raw)
  const replies = await Promise.all(responses.slice(0, -1).map((response) => response.json()))
  expect(replies).toMatchObject(ids.map((externalId) => ({ externalId })))
  expect(responses.at(-1)?.status).toBe(200)
  expect(most).toBe(1)
  await counting.stop()
})

it('a connection with more unanswered requests than the limit is closed', async () => {
  const below = get('/health').repeat(MAX_PIPELINED) + get('/health', 'Connection: close\r\n')
  const responses = splitResponses(await sendRawRequest(service.url, below))
  expect(responses.map(({ status }) => status)).toEqual(Array(MAX_PIPELINED + 1).fill(200))
  expect(await sendRawRequest(service.url, get('/health').repeat(MAX_PIPELINED + 2))).toBe('')
})
