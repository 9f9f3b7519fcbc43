import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../support/databases/databases.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import { readErrorResponse } from '../support/http/error-response.ts'

const nested = (depth: number, open: string, close: string) =>
  `{"title":"Pass","metadata":${open.repeat(depth)}1${close.repeat(depth)}}`

describe.each(databases)('a JSON body on $name', ({ createDatabase }) => {
  let service: TestService
  let key: string

  beforeAll(async () => {
    service = await startTestService({ databaseUrl: await createDatabase() })
    key = await service.createKey()
  })
  afterAll(() => service.stop())

  const post = (body: string | Uint8Array<ArrayBuffer>) =>
    service.fetch('/api/passes', {
      method: 'POST',
      key,
      headers: { 'content-type': 'application/json' },
      body,
    })

  const unreadable: [string, string | Uint8Array<ArrayBuffer>][] = [
    ['no content', ''],
    ['only whitespace', ' \n\t '],
    ['half an object', '{"title":'],
    ['two values', '{} {}'],
    ['a comment', '{"title":"Pass"} // mine'],
    ['single quotes', "{'title':'Pass'}"],
    ['a trailing comma', '{"title":"Pass",}'],
    ['NaN', '{"title":NaN}'],
    ['a raw line break in a string', '{"title":"a\nb"}'],
    ['bytes that are not UTF-8', Uint8Array.from(Buffer.from('{"title":"Caf\xe9"}', 'latin1'))],
    ['an encoded surrogate', Uint8Array.from(Buffer.from('{"title":"\xed\xa0\x80"}', 'latin1'))],
    ['UTF-16', Uint8Array.from(Buffer.from('{"title":"Pass"}', 'utf16le'))],
  ]
  it.each(unreadable)('with %s is invalid JSON', async (_, body) => {
    expect(await readErrorResponse(await post(body))).toMatchObject({
      status: 400,
      code: 'invalid_json',
    })
  })

  const notObjects = ['null', '[]', '[{"title":"Pass"}]', '"Pass"', '1', 'true']
  it.each(notObjects)('that is %s is rejected because it must be an object', async (body) => {
    expect(await readErrorResponse(await post(body))).toMatchObject({
      status: 400,
      code: 'invalid_request',
      issues: expect.arrayContaining([{ path: '', message: 'must be an object' }]),
    })
  })

  const invalid: [what: string, body: string, path: string, message: RegExp][] = [
    [
      'arrays 10,000 deep',
      nested(10_000, '[', ']'),
      'metadata[0][0]',
      /^is nested deeper than \d+ levels$/,
    ],
    ['arrays 100,000 deep', nested(100_000, '[', ']'), 'metadata[0][0]', /nested deeper/],
    ['objects 10,000 deep', nested(10_000, '{"a":', '}'), 'metadata.a.a', /nested deeper/],
    ['objects 100,000 deep', nested(100_000, '{"a":', '}'), 'metadata.a.a', /nested deeper/],
    ['__proto__', '{"title":"Pass","__proto__":{"plan":"unlimited"}}', '__proto__', /not a known/],
    [
      'constructor',
      '{"title":"Pass","constructor":{"prototype":{"x":1}}}',
      'constructor',
      /not a known/,
    ],
    [
      'a __proto__ inside',
      '{"title":"Pass","metadata":{"__proto__":"x"}}',
      'metadata.__proto__',
      /leave it out/,
    ],
    [
      'a prototype in a list',
      '{"title":"Pass","backFields":[{"value":1,"prototype":1}]}',
      'backFields[0].prototype',
      /not a known/,
    ],
    ['NUL in a string', '{"title":"Pa\\u0000ss"}', 'title', /must not hold the character NUL/],
    ['NUL in a key', '{"title":"Pass","metadata":{"a\\u0000":"x"}}', 'metadata.a', /NUL/],
    ['a high surrogate alone', '{"title":"\\ud83c"}', 'title', /half of a surrogate pair/],
    ['a low surrogate alone', '{"title":"Pass","value":"\\udfab\\ud83c"}', 'value', /surrogate/],
    [
      'a surrogate in a key',
      '{"title":"Pass","metadata":{"\\ud800":"x"}}',
      'metadata.\ufffd',
      /surrogate/,
    ],
    ['1e400', '{"title":"Pass","maxDistance":1e400}', 'maxDistance', /too large/],
    [
      '-1e400',
      '{"title":"Pass","backFields":[{"value":-1e400}]}',
      'backFields[0].value',
      /too large/,
    ],
    [
      'a number of 20 digits',
      '{"title":"Pass","backFields":[{"value":12345678901234567890}]}',
      'backFields[0].value',
      /send it as a text/,
    ],
    [
      'a constructor as an option',
      '{"title":"Pass","colorPreset":"constructor"}',
      'colorPreset',
      /one of: dark/,
    ],
    [
      'a __proto__ as an option',
      '{"title":"Pass","barcodeValue":"1","barcodeFormat":"__proto__"}',
      'barcodeFormat',
      /one of: QR/,
    ],
    ['100 KB in a title', `{"title":"${'ä'.repeat(50_000)}"}`, 'title', /64 characters or less/],
  ]
  it.each(invalid)(
    'with %s is rejected, and the error names the path',
    async (_, body, path, message) => {
      const problem = await readErrorResponse(await post(body))
      expect(problem).toMatchObject({ status: 400, code: 'invalid_request' })
      expect(problem.issues).toEqual([{ path, message: expect.stringMatching(message) }])
    },
  )

  it('has the value of the last of two equal keys', async () => {
    const created = await post(
      '{"title":"First","externalId":"a","title":"Second","externalId":"twice"}',
    )
    expect(created.status).toBe(201)
    expect(await created.json()).toMatchObject({ externalId: 'twice' })
  })

  it('may begin with a byte order mark', async () => {
    expect((await post('\ufeff{"title":"Pass"}')).status).toBe(201)
  })

  it('changes nothing and costs nothing when it is rejected', async () => {
    const { count } = await service.client(key).getUsage()
    for (const [, body] of invalid) expect((await post(body)).status).toBe(400)
    expect(await service.client(key).getUsage()).toMatchObject({ count })
    expect(Object.hasOwn(Object.prototype, 'plan')).toBe(false)
  })
})
