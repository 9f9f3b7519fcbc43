import { isVisible, listActions } from './definition.ts'
import { findActionPaths, getCreate, getSearch, getTrigger, type Rule } from './rule.ts'

const getValue = (sample: Record<string, unknown>, key: string): unknown =>
  key
    .split('__')
    .reduce<unknown>(
      (value, part) => (value as Record<string, unknown> | undefined)?.[part],
      sample,
    )

const isoWithZone = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/

const dateLike = /^\d{4}-\d{2}-\d{2}/

const typeChecks: Record<string, (value: unknown) => boolean> = {
  string: (value) => typeof value === 'string',
  file: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  integer: Number.isInteger,
  number: Number.isFinite,
  datetime: (value) => typeof value === 'string' && isoWithZone.test(value),
}

/** Rules about triggers, output fields and samples. */
export const sampleRules: Rule[] = [
  {
    id: 'D006',
    description: 'an instant trigger can list samples',
    findViolations: (app) =>
      findActionPaths(
        listActions(app, ['triggers']),
        ({ operation }) => operation.type === 'hook' && !operation.performList,
      ),
    violate: (app) => void delete getTrigger(app).operation.performList,
  },
  {
    id: 'D010',
    description: 'the output of a trigger has a primary key',
    findViolations: (app) =>
      findActionPaths(
        listActions(app, ['triggers']),
        ({ operation: { outputFields = [], sample = {} } }) => {
          const primary = outputFields.filter((field) => field.primary).map(({ key }) => key)
          return primary.length === 0 || primary.some((key) => sample[key] === undefined)
        },
      ),
    violate: (app) => void delete getTrigger(app).operation.sample?.id,
  },
  {
    id: 'D012',
    description: 'every visible action has a sample',
    findViolations: (app) =>
      findActionPaths(
        listActions(app).filter(isVisible),
        ({ operation }) => Object.keys(operation.sample ?? {}).length === 0,
      ),
    violate: (app) => void delete getSearch(app).operation.sample,
  },
  {
    id: 'D016, D017',
    description: 'an instant trigger can subscribe and unsubscribe',
    findViolations: (app) =>
      findActionPaths(
        listActions(app, ['triggers']),
        ({ operation }) =>
          operation.type === 'hook' &&
          !(operation.performSubscribe && operation.performUnsubscribe),
      ),
    violate: (app) => void delete getTrigger(app).operation.performUnsubscribe,
  },
  {
    id: 'D023',
    description: 'dates in samples are ISO 8601 with a time zone',
    findViolations: (app) =>
      listActions(app).flatMap(({ path, action }) =>
        Object.entries(action.operation.sample ?? {})
          .filter(
            ([, value]) =>
              typeof value === 'string' && dateLike.test(value) && !isoWithZone.test(value),
          )
          .map(([key]) => `${path}.${key}`),
      ),
    violate: (app) => {
      getCreate(app).operation.sample = { id: 'x', createdAt: '2027-01-15 09:30' }
    },
  },
  {
    id: 'D024',
    description: 'values in samples have the type of their output field, and every value has one',
    findViolations: (app) =>
      listActions(app).flatMap(({ path, action: { operation } }) => {
        const { outputFields = [], sample = {} } = operation
        const mistyped = outputFields.filter(({ key, type = 'string' }) => {
          const value = getValue(sample, key)
          return value !== undefined && !typeChecks[type]?.(value)
        })
        const declared = outputFields.map(({ key }) => key.split(/__|\[\]/)[0])
        const undeclared = Object.keys(sample).filter(
          (key) => !declared.includes(key) && key !== 'metadata',
        )
        return [...mistyped.map(({ key }) => key), ...undeclared].map((key) => `${path}.${key}`)
      }),
    violate: (app) => {
      getCreate(app).operation.sample = { ...getCreate(app).operation.sample, installs: 'none' }
    },
  },
]
