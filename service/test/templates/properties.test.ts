import { isObject, trimBlanks } from '@passwright/shared'
import { isInputKey, type MadePass, type PassDetails } from '@passwright/shared/schema'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifyPass } from '../../src/apple/verify/verify-pass.ts'
import { fillBody } from '../../src/templates/filling/fill.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import { acceptedBody } from '../support/passes/arbitraries.ts'

type Body = Record<string, unknown>

/** What a value may be full of to become more than a text. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...['{{a}}', '{{b}}', '{{name}}', '{{title}}', '{', '}', '}}', '{{', '{{ b }}', '%@', '\\'],
        ...['"', "'", '","x":1', '"}],"key":"z"', '<a href="https://evil.example">x</a>', '<b>'],
        ...['">', '&lt;', '</a>', '\u202e', '\u2066', '\u200f', '\ufdd0', '\n', '__proto__', '$&'],
      ),
      fc.string({ unit: 'grapheme', maxLength: 4 }),
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((parts) => parts.join('').slice(0, 60).toWellFormed().replaceAll('\0', ''))
  // What cannot be seen is no value.
  .filter((text) => trimBlanks(text) !== '')

/** One placeholder in every kind of place that takes any text. */
const template = {
  name: 'Hostile',
  pass: {
    title: 'T {{a}}',
    logoText: '{{b}}',
    description: '{{a}} {{b}}',
    organizationName: 'O{{a}}',
    label: '{{b}}',
    value: '{{a}}',
    barcodeValue: '{{b}}',
    barcodeAltText: '{{a}}',
    headerFields: [{ key: 'h', label: 'L{{b}}', value: '{{a}}', changeMessage: 'Now %@ {{b}}' }],
    backFields: [
      { key: 'f', label: '{{a}}', value: 'x{{b}}x', attributedValue: '{{a}}' },
      {
        key: 'g',
        value: '{{b}}',
        attributedValue: '<a href="https://club.example/{{a}}">{{b}}</a>',
      },
    ],
    metadata: { one: '{{a}}', two: '{{b}}{{a}}' },
    userInfo: { deep: [{ text: '{{a}}' }, '{{b}}'] },
    localizations: { de: { Club: 'Verein {{b}}' } },
  },
}

describe('a template filled with anything', () => {
  let service: TestService
  let key: string

  beforeAll(async () => {
    service = await startTestService({ env: { LOG_LEVEL: 'error' } })
    key = await service.createKey()
    await service.client(key).createTemplate(template)
  })
  afterAll(() => service.stop())

  it('is what its values say in its places, whatever body it was made of', () => {
    let filled = 0
    fc.assert(
      fc.property(acceptedBody(), fc.infiniteStream(fc.boolean()), (body, isPlaceholder) => {
        const { pass, values } = toTemplate(body, isPlaceholder)
        filled += Object.keys(values).length
        expect(fillBody(pass, values).body).toEqual(withoutBraces(body))
      }),
      { numRuns: 300 },
    )
    expect(filled).toBeGreaterThan(1_000)
  })

  it('is a pass that Wallet takes, with the fields and the links of the template and no others', async () => {
    const shape = JSON.stringify(toShape(template.pass))
    await fc.assert(
      fc.asyncProperty(hostile, hostile, async (a, b) => {
        const json = { template: 'Hostile', values: { a, b } }
        const response = await service.fetch('/api/passes', { key, json })
        expect(response.status, `${a} | ${b}`).toBe(201)
        const made = (await response.json()) as MadePass
        const { findings } = verifyPass(Buffer.from(made.applePass, 'base64'))
        expect(findings.filter(({ level }) => level === 'refused')).toEqual([])
        const { pass } = (await service.client(key).getPass(made.serialNumber)) as PassDetails
        const { passTypeIdentifier: _, ...says } = pass
        expect(JSON.stringify(toShape(says))).toBe(shape)
        expect(says).toMatchObject({ title: `T ${a}`, value: a, metadata: { two: `${b}${a}` } })
        const links = (says.backFields as Body[]).map((field) => String(field.attributedValue))
        expect(links.map((text) => text.match(/</g)?.length ?? 0)).toEqual([0, 2])
        const [header] = says.headerFields as Body[]
        expect(String(header?.changeMessage).match(/%@/g)).toHaveLength(1)
      }),
      { numRuns: 40 },
    )
  })
})

/** The same with every text and number in its place by its kind alone, and keys in one order. */
function toShape(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toShape)
  if (!isObject(value)) return typeof value
  const entries = Object.entries(value).map(([name, inner]) => [name, toShape(inner)] as const)
  return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)))
}

/** Puts placeholders in the place of some texts and numbers, whose values these then are. */
function toTemplate(body: Body, isPlaceholder: Iterator<boolean>) {
  const values: Record<string, string | number> = {}
  const visit = (value: unknown, name: string): unknown => {
    if (Array.isArray(value)) return value.map((entry) => visit(entry, name))
    if (isObject(value)) {
      return Object.fromEntries(
        Object.entries(value).map(([inner, each]) => [inner, visit(each, inner)]),
      )
    }
    const isText = typeof value === 'string' && trimBlanks(value) !== ''
    const isOpen = isText || typeof value === 'number'
    // Values are plain text there: braces in emails, links and %@ would not come back as they were.
    const isMarkup = ['attributedValue', 'changeMessage', 'subject', 'message', 'key'].includes(
      name,
    )
    if (!isOpen || isMarkup || !isPlaceholder.next().value) return value
    const input = `k${Object.keys(values).length}`
    expect(isInputKey(input)).toBe(true)
    values[input] = value
    return `{{${input}}}`
  }
  return { pass: visit(withoutBraces(body), '') as Body, values }
}

function withoutBraces(body: Body): Body {
  return JSON.parse(JSON.stringify(body).replaceAll('{{', '{ {'))
}
