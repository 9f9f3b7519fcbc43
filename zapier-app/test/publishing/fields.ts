import { type Action, actionsOf, inputsOf } from '../definition.ts'
import { create, field, fieldsWhere, placesOf, type Rule, search } from './rule.ts'

/** IDs without a list to choose from: the first is the maker's own, the second Apple's. */
const foreignIds = ['externalId', 'passTypeIdentifier']

/** What is asked of the forms. */
export const fieldRules: Rule[] = [
  {
    id: 'D004',
    rule: 'an ID can be chosen from a list',
    find: (app) =>
      fieldsWhere(
        app,
        ({ key, label = '', dynamic }) =>
          (/(?:id|identifier|serial_?number)$/i.test(key) || /\bID$/.test(label)) &&
          !dynamic &&
          !foreignIds.includes(key),
      ),
    break: (app) => {
      field(app.creates.void_pass as Action, 'serialNumber').dynamic = undefined as never
    },
  },
  {
    id: 'D005',
    rule: 'a list to choose from is filled by a trigger that tells both its fields',
    find: (app) =>
      actionsOf(app).flatMap(({ place, action }) =>
        inputsOf(action).flatMap(({ key, dynamic }) => {
          if (!dynamic) return []
          const [source = '', ...parts] = dynamic.split('.')
          const sample = app.triggers[source]?.operation.sample ?? {}
          return parts.every((part) => part in sample) ? [] : [`${place}.${key}`]
        }),
      ),
    break: (app) => {
      field(app.creates.void_pass as Action, 'serialNumber').dynamic = 'pass_list.id.name'
    },
  },
  {
    id: 'D009',
    rule: 'a search asks for something',
    find: (app) =>
      placesOf(actionsOf(app, ['searches']), (action) => inputsOf(action).length === 0),
    break: (app) => {
      search(app).operation.inputFields = []
    },
  },
  {
    id: 'D011',
    rule: 'a help text says more than the label',
    find: (app) =>
      fieldsWhere(
        app,
        ({ label = '', helpText }) =>
          helpText !== undefined &&
          helpText.toLowerCase().replace(/\W/g, '') === label.toLowerCase().replace(/\W/g, ''),
      ),
    break: (app) => {
      field(create(app), 'title').helpText = 'Title.'
    },
  },
  {
    id: 'D013',
    rule: 'a field that offers a search names one, and a field of what it tells',
    find: (app) =>
      actionsOf(app).flatMap(({ place, action }) =>
        inputsOf(action).flatMap(({ key, search: offered }) => {
          if (!offered) return []
          const [source = '', part = ''] = offered.split('.')
          return part in (app.searches[source]?.operation.sample ?? {}) ? [] : [`${place}.${key}`]
        }),
      ),
    break: (app) => {
      field(app.creates.void_pass as Action, 'serialNumber').search = 'find_pass.number'
    },
  },
  {
    id: 'D014',
    rule: 'a search is offered only for a plain field with a list',
    find: (app) =>
      fieldsWhere(
        app,
        ({ search: offered, dynamic, type, list }) =>
          offered !== undefined &&
          (!dynamic || list === true || !['string', 'number', 'integer'].includes(type ?? '')),
      ),
    break: (app) => {
      field(app.creates.void_pass as Action, 'serialNumber').list = true
    },
  },
  {
    id: 'D015',
    rule: 'a search-or-create names a search and a create',
    find: (app) =>
      Object.entries(app.searchOrCreates)
        .filter(
          ([key, one]) =>
            key !== one.search || !app.searches[one.search] || !app.creates[one.create],
        )
        .map(([key]) => key),
    break: (app) => {
      for (const one of Object.values(app.searchOrCreates)) one.create = 'make_pass'
    },
  },
  {
    id: 'D022',
    rule: 'a create has fields that are always there',
    find: (app) =>
      placesOf(
        actionsOf(app, ['creates']),
        ({ operation: { inputFields = [] } }) => !inputFields.some(({ key }) => key),
      ),
    break: (app) => {
      create(app).operation.inputFields = []
    },
  },
  {
    id: 'D028',
    rule: 'empty answers reach the app as they are',
    find: (app) => [
      ...(app.flags.cleanInputData === false ? [] : ['flags']),
      ...placesOf(actionsOf(app), ({ operation }) => operation.cleanInputData === true),
    ],
    break: (app) => {
      app.flags.cleanInputData = true
    },
  },
  {
    id: 'Guidelines: order',
    rule: 'required fields come first',
    find: (app) =>
      placesOf(actionsOf(app), ({ operation: { inputFields = [] } }) => {
        const firstOptional = inputFields.findIndex(({ required }) => !required)
        return (
          firstOptional >= 0 && inputFields.slice(firstOptional).some(({ required }) => required)
        )
      }),
    break: (app) => void create(app).operation.inputFields?.reverse(),
  },
  {
    id: 'Guidelines: labels',
    rule: 'every field has a label, and a help text where it can have one',
    find: (app) =>
      fieldsWhere(app, ({ label, helpText, children }) => !label || (!children && !helpText)),
    break: (app) => void delete field(create(app), 'title').label,
  },
]
