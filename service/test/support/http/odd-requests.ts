import { deflateSync, gzipSync } from 'node:zlib'
import { fields } from '@passwright/shared'
import fc from 'fast-check'
import { acceptedBody } from '../passes/arbitraries.ts'

/** A request as it is sent; `text` is the body before it is encoded. */
export interface OddRequest {
  path: string
  headers: Record<string, string>
  text: string
  body: Buffer
}

/** Requests to the two addresses that create passes, such as broken clients send. */
export function oddRequest(key: string): fc.Arbitrary<OddRequest> {
  return fc
    .record({ path: address, headers: arbitraryHeaders(key), text: bodyText, encoding })
    .map(({ path, headers, text, encoding: { name, encode } }) => ({
      path,
      headers: { ...headers, ...(name === undefined ? {} : { 'content-encoding': name }) },
      text,
      body: encode(Buffer.from(text, 'utf8')),
    }))
}

/** Values that clients send in the wrong place. */
const oddValue = fc.oneof(
  fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' }),
  fc.constantFrom<unknown>(
    ...['', ' ', '\0', 'a\0b', '\ud800', 'x\udfff', '\ufeff', 'x'.repeat(5000), '😀'.repeat(65)],
    ...[
      '2027-02-30T00:00Z',
      '2027-01-01',
      '#ggg',
      '#12345',
      '__proto__',
      'constructor',
      'toString',
    ],
    ...[
      'data:image/png;base64,',
      'data:,x',
      'file:///etc/passwd',
      'http://127.0.0.1:1/',
      'http://[::1]/',
    ],
    ...[null, true, 0, -1, 1.5, 1e308, 5e-324, 2 ** 53, -(2 ** 63), 3650.000001],
    ...[[], {}, [null], [[]], [{}], Array(60).fill({}), { toJSON: 1 }, { length: 1 }],
  ),
)

const names = [
  ...fields.flatMap(({ path, items = [] }) => [path, ...items.map((item) => item.path)]),
  ...['serialNumber', 'authenticationToken', 'webServiceURL', 'apple', 'constructor', 'prototype'],
]
const oddObject = fc.dictionary(fc.constantFrom(...names), oddValue, { maxKeys: 12 })

/** A valid body in which one value at any depth is replaced, or one key is renamed. */
const mutated = fc
  .tuple(acceptedBody(), fc.array(fc.nat(), { minLength: 1, maxLength: 4 }), oddValue, fc.boolean())
  .map(([body, turns, value, rename]) => {
    let target: Record<string, unknown> = body
    for (const [depth, turn] of turns.entries()) {
      const keys = Object.keys(target)
      const key = keys[turn % Math.max(1, keys.length)] ?? 'title'
      const inner = target[key]
      if (depth < turns.length - 1 && typeof inner === 'object' && inner !== null) {
        target = inner as Record<string, unknown>
        continue
      }
      if (rename && !Array.isArray(target)) target[`${key}s`] = value
      else target[key] = value
      break
    }
    return body
  })

/** Valid except for texts that are stored as they are; NUL and lone surrogates could break the database. */
const oddStoredTexts = fc.constantFrom('\0', '\ud800', '\udfff', '\u{10ffff}').chain((odd) => {
  const oddText = fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => text + odd)
  const metadata = fc.dictionary(oddText, oddText, { maxKeys: 3 })
  const externalId = fc.option(oddText, { nil: undefined })
  const barcode = { barcodeValue: fc.constant('1'), barcodeFormat: fc.constant('QR') }
  return fc.record({ title: fc.constant('A'), ...barcode, metadata, externalId })
})

const json = fc
  .oneof(
    { weight: 2, arbitrary: oddStoredTexts },
    { weight: 5, arbitrary: mutated },
    { weight: 4, arbitrary: acceptedBody() },
    { weight: 2, arbitrary: oddObject },
    { weight: 1, arbitrary: oddValue },
  )
  .map((value) => JSON.stringify(value))

/** Texts that are broken or extreme JSON. */
const brokenJson = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.tuple(json, fc.nat()).map(([text, at]) => text.slice(0, at % (text.length + 1))),
  fc.tuple(json, json).map((texts) => texts.join(' ')),
  fc
    .tuple(fc.constantFrom('[', '{"a":', '{"title":['), fc.integer({ min: 1, max: 20_000 }))
    .map(([opening, depth]) => opening.repeat(depth)),
  fc.integer({ min: 1, max: 5000 }).map((depth) => `${'['.repeat(depth)}${']'.repeat(depth)}`),
  fc.constantFrom(
    '{"__proto__":{"title":"x"},"title":"A"}',
    '{"title":"A","metadata":{"__proto__":"x"}}',
    '{"title":"A","title":null}',
    '{"title":"\\ud800","barcodeValue":"\\u0000"}',
    '{"title":"A","maxDistance":1e999}',
    '{"title":"A","maxDistance":99999999999999999999}',
    '\ufeff{"title":"A"}',
    "{'title': 'A'}",
    '{"title":"A",}',
    'NaN',
    '',
  ),
)

const bodyText = fc.oneof({ weight: 3, arbitrary: json }, { weight: 1, arbitrary: brokenJson })

/** How the body is encoded: mostly not at all, else compressed, broken or with a wrong content-encoding. */
const encoding = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.constant({ name: undefined as string | undefined, encode: (b: Buffer) => b }),
  },
  { weight: 1, arbitrary: fc.constant({ name: 'gzip', encode: (b: Buffer) => gzipSync(b) }) },
  { weight: 1, arbitrary: fc.constant({ name: 'deflate', encode: (b: Buffer) => deflateSync(b) }) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('gzip', 'deflate', 'br', 'zstd', 'identity', 'x', '')
      .map((name) => ({ name, encode: (b: Buffer) => b })),
  },
  {
    weight: 1,
    arbitrary: fc
      .uint8Array({ maxLength: 300 })
      .map((bytes) => ({ name: undefined, encode: () => Buffer.from(bytes) })),
  },
)

/** What Node's client allows in a header: printable Latin-1, spaces and tabs. */
const headerText = fc
  .string({
    unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
    maxLength: 300,
  })
  .map((text) => text.replaceAll('\x7f', ''))

function arbitraryHeaders(key: string): fc.Arbitrary<Record<string, string>> {
  const mostly = (usual: string, ...odd: string[]) =>
    fc.oneof(
      { weight: 12, arbitrary: fc.constant(usual) },
      { weight: 1, arbitrary: fc.oneof(headerText, fc.constantFrom('', ...odd)) },
    )
  const oddHeaders = {
    accept: fc.oneof(headerText, fc.constantFrom('application/vnd.apple.pkpass', '*/*;q=2', ',,,')),
    'idempotency-key': headerText,
    'x-request-id': headerText,
    expect: fc.constantFrom('100-continue', 'the unexpected'),
    'accept-encoding': fc.constantFrom('gzip', 'br;q=1, *;q=0'),
    'accept-language': headerText,
    'if-none-match': fc.constantFrom('*', '""'),
    'x-forwarded-for': headerText,
    'x-http-method-override': fc.constantFrom('GET', 'DELETE'),
    cookie: headerText,
    range: fc.constant('bytes=0-1'),
  }
  return fc
    .tuple(
      fc.record({
        'content-type': mostly(
          'application/json',
          'text/plain',
          'application/json; charset=utf-16',
        ),
        authorization: mostly(`Bearer ${key}`, `Basic ${key}`, key, 'Bearer', 'Bearer pw_live_0'),
      }),
      fc.oneof(fc.constant({}), fc.record(oddHeaders, { requiredKeys: [] })),
    )
    .map(([usual, odd]) => ({ ...usual, ...odd }))
}

const address = fc
  .tuple(
    fc.constantFrom('/api/passes', '/api/pkpass'),
    fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom('', '?format=json', '?format=pkpass') },
      { weight: 1, arbitrary: fc.webQueryParameters().map((query) => `?${query}`) },
      {
        weight: 1,
        arbitrary: fc.constantFrom('?', '?format=x', '?%', '?%00=%ff', '?__proto__=1', '?a[b]=c'),
      },
    ),
  )
  .map((parts) => parts.join(''))
