import { describe, expect, expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import type * as portable from './portable/index.ts'
import {
  assemble,
  buildPath,
  buildSampleEvent,
  events,
  fields,
  problems,
  routes,
} from './portable/index.ts'
import {
  type AdjustedPass,
  type ChangedPass,
  colorPresets,
  type DeletedPass,
  type Email,
  Event,
  emailOccasions,
  explainIssue,
  type ForgottenPerson,
  imageSlotNames,
  type MadePass,
  type NewWebhook,
  operations,
  type Pass,
  PassRequest,
  type PersonExport,
  PkpassRequest,
  passRules,
  styles,
  toIssues,
  type Usage,
  type VoidedPass,
} from './schema/index.ts'

const shape = PassRequest.shape as Record<string, z.ZodType>

/** A valid request, to which one field at a time is added. */
const base = { title: 'Club', barcodeValue: '1', barcodeFormat: 'QR' }

describe('the form fields and the request schema', () => {
  it('have the same fields', () => {
    expect(fields.map((field) => field.path).sort()).toEqual(Object.keys(shape).sort())
  })

  it('have the same fields inside every list and object', () => {
    for (const { path, kind, items } of fields) {
      if (!items) continue
      const entries = Object.fromEntries(items.map(({ key }) => [key, Symbol()]))
      const entry = { [path]: kind === 'object' ? entries : [entries] }
      const issues = toIssues(
        PassRequest.safeParse({ ...base, ...entry }, { error: explainIssue }).error!,
      )
      const unknown = issues.filter(({ message }) => message.includes('not a known field'))
      expect(unknown, path).toEqual([])
    }
  })

  it('have a URL field for every image slot', () => {
    const imageFields = fields.filter(({ kind }) => kind === 'image')
    expect(imageFields.map(({ path }) => path)).toEqual(imageSlotNames.map((slot) => `${slot}URL`))
  })

  it('agree on what POST /api/pkpass requires', () => {
    const required = toIssues(PkpassRequest.safeParse({}, { error: explainIssue }).error!)
    expect(required).toEqual(
      fields.flatMap(({ path, required }) => (required ? { path, message: 'is required' } : [])),
    )
  })

  it('agree on every choice', () => {
    const withChoices = fields.filter(({ choices }) => choices)
    expect(withChoices.length).toBeGreaterThan(2)
    for (const { path, choices } of withChoices) {
      const schema = z.toJSONSchema(shape[path]!, { io: 'input' })
      expect(schema.enum, path).toEqual(choices)
    }
  })

  it("agree on the choices inside lists, where the schema accepts Apple's constants too", () => {
    const lists = fields.filter(({ kind }) => kind === 'list')
    const items = lists.flatMap(({ path, items = [] }) => items.map((item) => ({ path, item })))
    const withChoices = items.filter(({ item }) => item.choices)
    expect(withChoices.length).toBeGreaterThan(5)
    for (const { path, item } of withChoices) {
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

  it('agree on when an email is sent', () => {
    const email = fields.find(({ path }) => path === 'email')
    const { choices = [] } = email?.items?.find(({ key }) => key === 'when') ?? {}
    expect(choices).toEqual(emailOccasions)
    const toBody = (when: string) => ({ ...base, email: { to: 'ada@example.com', when } })
    for (const when of choices) expect(PassRequest.safeParse(toBody(when)).success).toBe(true)
    expect(PassRequest.safeParse(toBody('never')).success).toBe(false)
  })

  it('agree on color presets and styles', () => {
    const findChoices = (key: string) => fields.find((field) => field.key === key)?.choices
    expect(findChoices('colorPreset')).toEqual(Object.keys(colorPresets))
    expect(findChoices('style')).toEqual(styles)
  })
})

describe('the samples', () => {
  it.each(fields.map((field) => [field.key, field] as const))(
    'the sample of %s is valid',
    (_, field) => {
      const request = { ...base, [field.path]: field.sample }
      expect(PassRequest.safeParse(request, { error: explainIssue }).error).toBeUndefined()
    },
  )

  it.each(styles)(
    'of what a %s shows make a valid pass all together, except that only one of the two expiry fields is allowed',
    (style) => {
      const shown = fields.filter(
        ({ key, styles: shownIn = styles }) => key !== 'expirationDays' && shownIn.includes(style),
      )
      // A strip takes the room of the other pictures.
      const isShown = ({ key }: { key: string }) => style !== 'eventTicket' || key !== 'stripURL'
      const samples = shown.filter(isShown).map(({ key, sample }) => [key, sample])
      const request = assemble({ ...Object.fromEntries(samples), style })
      expect(PkpassRequest.safeParse(request, { error: explainIssue }).error).toBeUndefined()
      expect(passRules.flatMap((rule) => rule(request))).toEqual([])
    },
  )

  it.each(Object.keys(events) as (keyof typeof events)[])(
    'the sample of a %s event is valid',
    (type) => {
      expect(Event.parse(buildSampleEvent(type))).toEqual(buildSampleEvent(type))
    },
  )
})

describe('the client and the service', () => {
  it('have the same reply types', () => {
    expectTypeOf<Pass>().toExtend<portable.Pass>()
    expectTypeOf<MadePass>().toExtend<portable.MadePass>()
    expectTypeOf<Usage>().toExtend<portable.Usage>()
    expectTypeOf<PersonExport>().toExtend<portable.PersonExport>()
    expectTypeOf<ForgottenPerson>().toExtend<portable.ForgottenPerson>()
    expectTypeOf<Email>().toExtend<portable.Email>()
    expectTypeOf<ChangedPass>().toExtend<portable.ChangedPass>()
    expectTypeOf<AdjustedPass>().toExtend<portable.AdjustedPass>()
    expectTypeOf<VoidedPass>().toExtend<portable.VoidedPass>()
    expectTypeOf<DeletedPass>().toExtend<portable.DeletedPass>()
    expectTypeOf<NewWebhook>().toExtend<portable.NewWebhook>()
  })

  it('have one operation for every route', () => {
    const operationRoutes = Object.values(operations).map(({ route }) => route)
    expect(operationRoutes.sort()).toEqual(Object.values(routes).sort())
  })

  it('give every problem an error status', () => {
    for (const { status } of Object.values(problems)) expect(status).toBeGreaterThanOrEqual(400)
  })

  it('escape parameters in a path', () => {
    expect(buildPath(routes.getPass, { serialNumber: '../x?y=1' })).toBe(
      '/api/passes/..%2Fx%3Fy%3D1',
    )
    expect(buildPath(routes.downloadPass, { token: 'a' })).toBe('/p/a.pkpass')
  })
})
