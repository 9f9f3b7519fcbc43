import { actionsOf, visible } from '../definition.ts'
import { create, placesOf, type Rule, search, trigger } from './rule.ts'

const valueAt = (sample: Record<string, unknown>, key: string): unknown =>
  key
    .split('__')
    .reduce<unknown>(
      (value, part) => (value as Record<string, unknown> | undefined)?.[part],
      sample,
    )

const isoWithZone = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/

const dateLike = /^\d{4}-\d{2}-\d{2}/

const fits: Record<string, (value: unknown) => boolean> = {
  string: (value) => typeof value === 'string',
  file: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  integer: Number.isInteger,
  datetime: (value) => typeof value === 'string' && isoWithZone.test(value),
}

/** What is asked of triggers, and of what a step tells. */
export const sampleRules: Rule[] = [
  {
    id: 'D006',
    rule: 'an instant trigger has samples to fetch',
    find: (app) =>
      placesOf(
        actionsOf(app, ['triggers']),
        ({ operation }) => operation.type === 'hook' && !operation.performList,
      ),
    break: (app) => void delete trigger(app).operation.performList,
  },
  {
    id: 'D010',
    rule: 'what a trigger tells has a primary key',
    find: (app) =>
      placesOf(
        actionsOf(app, ['triggers']),
        ({ operation: { outputFields = [], sample = {} } }) => {
          const primary = outputFields.filter((each) => each.primary).map(({ key }) => key)
          return primary.length === 0 || primary.some((key) => sample[key] === undefined)
        },
      ),
    break: (app) => void delete trigger(app).operation.sample?.id,
  },
  {
    id: 'D012',
    rule: 'every visible action has a sample',
    find: (app) =>
      placesOf(
        actionsOf(app).filter(visible),
        ({ operation }) => Object.keys(operation.sample ?? {}).length === 0,
      ),
    break: (app) => void delete search(app).operation.sample,
  },
  {
    id: 'D016, D017',
    rule: 'a hook is subscribed to, and from, by the app',
    find: (app) =>
      placesOf(
        actionsOf(app, ['triggers']),
        ({ operation }) =>
          operation.type === 'hook' &&
          !(operation.performSubscribe && operation.performUnsubscribe),
      ),
    break: (app) => void delete trigger(app).operation.performUnsubscribe,
  },
  {
    id: 'D023',
    rule: 'dates in samples are ISO 8601 with a zone',
    find: (app) =>
      actionsOf(app).flatMap(({ place, action }) =>
        Object.entries(action.operation.sample ?? {})
          .filter(
            ([, value]) =>
              typeof value === 'string' && dateLike.test(value) && !isoWithZone.test(value),
          )
          .map(([key]) => `${place}.${key}`),
      ),
    break: (app) => {
      create(app).operation.sample = { id: 'x', createdAt: '2027-01-15 09:30' }
    },
  },
  {
    id: 'D024',
    rule: 'samples are of the types that the fields name, and no field is without a name',
    find: (app) =>
      actionsOf(app).flatMap(({ place, action: { operation } }) => {
        const { outputFields = [], sample = {} } = operation
        const wrong = outputFields.filter(({ key, type = 'string' }) => {
          const value = valueAt(sample, key)
          return value !== undefined && !fits[type]?.(value)
        })
        const named = outputFields.map(({ key }) => key.split('__')[0])
        const nameless = Object.keys(sample).filter(
          (key) => !named.includes(key) && key !== 'metadata',
        )
        return [...wrong.map(({ key }) => key), ...nameless].map((key) => `${place}.${key}`)
      }),
    break: (app) => {
      create(app).operation.sample = { ...create(app).operation.sample, installs: 'none' }
    },
  },
]
