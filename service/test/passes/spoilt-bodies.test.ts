import { type FieldKind, fields } from '@passwright/shared'
import {
  passKeys,
  type Shape,
  type Style,
  serverOwnedKeys,
  styles,
} from '@passwright/shared/schema'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import { buildSample } from '../support/passes/shape-values.ts'
import { listSpoiltValues } from '../support/passes/spoilt-values.ts'

/** For each kind of field, values that it does not take. */
const wrong: Record<FieldKind, readonly unknown[]> = {
  text: [{ text: 'Text' }, ['Text'], true],
  longText: [{ text: 'Text' }, ['Text'], true],
  textOrNumber: [{ text: 'Text' }, ['Text'], true],
  choice: ['no such choice', {}],
  choices: ['no such choice', {}, 7],
  color: ['no such color', '#12', {}],
  image: ['ftp://club.example/a.png', 'logo', {}],
  integer: ['many', 1.5, -1, {}],
  number: ['many', -1, {}],
  boolean: ['maybe', {}],
  instant: ['soon', '2027-02-30', {}],
  object: ['Text', 7],
  list: ['Text', 7, {}],
  json: ['Text', 7],
  pairs: ['Text', 7],
}

describe('a good body with one wrong value', () => {
  let service: TestService
  let key: string

  beforeAll(async () => {
    service = await startTestService({ env: { LOG_LEVEL: 'error' } })
    key = await service.createKey()
  })
  afterAll(() => service.stop())

  /** Whether the reply is a 400 with an issue at the path. */
  const isRefusedAt = async (path: string, body: object, style: Style) => {
    const transit = style === 'boardingPass' ? { transitType: 'train' } : {}
    const json = { title: 'Club', style, ...transit, ...body }
    const response = await service.fetch('/api/passes?dryRun=true', { key, json })
    const { issues = [] } = (await response.json()) as { issues?: { path: string }[] }
    return response.status === 400 && issues.some((issue) => issue.path === path)
  }

  const appleKeys = Object.entries<Shape>(passKeys).filter(
    ([name]) => !Object.hasOwn(serverOwnedKeys, name),
  )

  it.each(appleKeys)(
    'is refused at its path wherever Apple’s table has %s',
    async (name, shape) => {
      const style = styles.find((each) => each === name) ?? 'eventTicket'
      // The dictionaries of the styles have thousands: some of all parts are enough.
      const all = listSpoiltValues(shape, buildSample(shape))
      const step = Math.ceil(all.length / 20)
      const spoilt = all.filter((_, index) => index % step === 0)
      const accepted: string[] = []
      for (const { at, value } of spoilt) {
        const path = `apple.${name}${at}`
        const isRefused = await isRefusedAt(path, { apple: { [name]: value } }, style)
        if (!isRefused) accepted.push(`${path}: ${JSON.stringify(value).slice(0, 200)}`)
      }
      expect(accepted).toEqual([])
      expect(spoilt.length > 0 || shape.type === 'json').toBe(true)
    },
  )

  it.each(fields)('is refused at $path', async ({ path, kind, styles: shownIn = [] }) => {
    const style = styles.find((each) => shownIn.includes(each)) ?? 'generic'
    const accepted: unknown[] = []
    for (const value of wrong[kind]) {
      const body = { [path]: value }
      if (!(await isRefusedAt(path, body, style))) accepted.push(value)
    }
    expect(accepted).toEqual([])
  })
})
