import { describe, expect, expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import type * as portable from './portable/index.ts'
import {
  assemble,
  events,
  fields,
  pathOf,
  problems,
  routes,
  sampleEvent,
} from './portable/index.ts'
import {
  type ChangedPass,
  colorPresets,
  type DeletedPass,
  type Email,
  Event,
  explain,
  issuesOf,
  type MadePass,
  type NewWebhook,
  operations,
  type Pass,
  PassRequest,
  PkpassRequest,
  passRules,
  styles,
  type Usage,
  type VoidedPass,
} from './schema/index.ts'

const shape = PassRequest.shape as Record<string, z.ZodType>

/** A pass that the schema accepts, to which one field at a time is added. */
const base = { title: 'Club', barcodeValue: '1', barcodeFormat: 'QR' }

describe('the fields for forms and the schema for the service', () => {
  it('know the same fields', () => {
    expect(fields.map((field) => field.path).sort()).toEqual(Object.keys(shape).sort())
  })

  it('know the same fields inside every list and object', () => {
    for (const { path, kind, items } of fields) {
      if (!items) continue
      const entries = Object.fromEntries(items.map(({ key }) => [key, Symbol()]))
      const entry = { [path]: kind === 'object' ? entries : [entries] }
      const issues = issuesOf(
        PassRequest.safeParse({ ...base, ...entry }, { error: explain }).error!,
      )
      const unknown = issues.filter(({ message }) => message.includes('not a known field'))
      expect(unknown, path).toEqual([])
    }
  })

  it('agree on what POST /api/pkpass requires', () => {
    const required = issuesOf(PkpassRequest.safeParse({}, { error: explain }).error!)
    expect(required).toEqual(
      fields.flatMap(({ path, required }) => (required ? { path, message: 'is required' } : [])),
    )
  })

  it('agree on every choice', () => {
    const choosable = fields.filter(({ choices }) => choices)
    expect(choosable.length).toBeGreaterThan(2)
    for (const { path, choices } of choosable) {
      const schema = z.toJSONSchema(shape[path]!, { io: 'input' })
      expect(schema.enum, path).toEqual(choices)
    }
  })

  it('agree on the choices inside lists, where the schema takes the names of Apple too', () => {
    const items = fields.flatMap(({ path, items = [] }) => items.map((item) => ({ path, item })))
    const choosable = items.filter(({ item }) => item.choices)
    expect(choosable.length).toBeGreaterThan(5)
    for (const { path, item } of choosable) {
      for (const choice of item.choices ?? []) {
        const given = item.kind === 'choices' ? [choice] : choice
        const value = item.key === 'numberStyle' ? 5 : '2027-01-01T00:00Z'
        const body = { ...base, [path]: [{ value, [item.key]: given }] }
        expect(PassRequest.safeParse(body).success, `${path}.${item.key} ${choice}`).toBe(true)
      }
      const wrong = { ...base, [path]: [{ value: 'x', [item.key]: 'no such choice' }] }
      expect(PassRequest.safeParse(wrong).success, `${path}.${item.key}`).toBe(false)
    }
  })

  it('agree on the colors and styles that can be chosen', () => {
    const choicesOf = (key: string) => fields.find((field) => field.key === key)?.choices
    expect(choicesOf('colorPreset')).toEqual(Object.keys(colorPresets))
    expect(choicesOf('style')).toEqual(Object.keys(styles))
  })
})

describe('the samples', () => {
  it.each(fields.map((field) => [field.key, field] as const))(
    '%s: its sample is valid',
    (_, field) => {
      const request = { ...base, [field.path]: field.sample }
      expect(PassRequest.safeParse(request, { error: explain }).error).toBeUndefined()
    },
  )

  it('all together make a valid pass, but for the two ways to say when it expires', () => {
    const answers = Object.fromEntries(
      fields.filter(({ key }) => key !== 'expirationDays').map(({ key, sample }) => [key, sample]),
    )
    const request = assemble(answers)
    expect(PkpassRequest.safeParse(request, { error: explain }).error).toBeUndefined()
    expect(passRules.flatMap((rule) => rule(request))).toEqual([])
  })

  it.each(Object.keys(events) as (keyof typeof events)[])(
    '%s has a sample of its shape',
    (type) => {
      expect(Event.parse(sampleEvent(type))).toEqual(sampleEvent(type))
    },
  )
})

describe('what the guests read and what the service says', () => {
  it('are the same types', () => {
    expectTypeOf<Pass>().toExtend<portable.Pass>()
    expectTypeOf<MadePass>().toExtend<portable.MadePass>()
    expectTypeOf<Usage>().toExtend<portable.Usage>()
    expectTypeOf<Email>().toExtend<portable.Email>()
    expectTypeOf<ChangedPass>().toExtend<portable.ChangedPass>()
    expectTypeOf<VoidedPass>().toExtend<portable.VoidedPass>()
    expectTypeOf<DeletedPass>().toExtend<portable.DeletedPass>()
    expectTypeOf<NewWebhook>().toExtend<portable.NewWebhook>()
  })

  it('every route is an operation and every operation a route', () => {
    const mounted = Object.values(operations).map(({ route }) => route)
    expect(mounted.sort()).toEqual(Object.values(routes).sort())
  })

  it('every problem has an error status', () => {
    for (const { status } of Object.values(problems)) expect(status).toBeGreaterThanOrEqual(400)
  })

  it('a parameter cannot leave its place in a path', () => {
    expect(pathOf(routes.getPass, { serialNumber: '../x?y=1' })).toBe('/api/passes/..%2Fx%3Fy%3D1')
    expect(pathOf(routes.downloadPass, { token: 'a' })).toBe('/p/a.pkpass')
  })
})
