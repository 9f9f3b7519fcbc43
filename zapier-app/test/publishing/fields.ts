import { type Action, listActions, listInputFields, listStaticFields } from './definition.ts'
import {
  findActionPaths,
  findFieldPaths,
  getCreate,
  getField,
  getSearch,
  type Rule,
} from './rule.ts'
import { isTitleCase } from './texts.ts'

const hasTags = (text: string): boolean => /<[a-z/]/i.test(text.replace(/`[^`]*`/g, ''))

/** IDs that need no dropdown: the user's own ID and own group, Apple's type of pass, and the UUID of a device. */
const externalIds = [
  'externalId',
  'groupingIdentifier',
  'passTypeIdentifier',
  'beacons_proximityUUID',
]

/** Rules about input fields. */
export const fieldRules: Rule[] = [
  {
    id: 'D004',
    description: 'an ID has a dropdown',
    findViolations: (app) =>
      findFieldPaths(
        app,
        ({ key, label = '', dynamic }) =>
          (/(?:id|identifier|serial_?number)$/i.test(key) || /\bID$/.test(label)) &&
          !dynamic &&
          !externalIds.includes(key),
      ),
    violate: (app) => {
      getField(app.creates.void_pass as Action, 'serialNumber').dynamic = undefined as never
    },
  },
  {
    id: 'D005',
    description: 'a dropdown refers to a trigger that returns both of its fields',
    findViolations: (app) =>
      listActions(app).flatMap(({ path, action }) =>
        listInputFields(action).flatMap(({ key, dynamic }) => {
          if (!dynamic) return []
          const [source = '', ...parts] = dynamic.split('.')
          const sample = app.triggers[source]?.operation.sample ?? {}
          return parts.every((part) => part in sample) ? [] : [`${path}.${key}`]
        }),
      ),
    violate: (app) => {
      getField(app.creates.void_pass as Action, 'serialNumber').dynamic = 'pass_list.id.name'
    },
  },
  {
    id: 'D009',
    description: 'a search has input fields',
    findViolations: (app) =>
      findActionPaths(
        listActions(app, ['searches']),
        (action) => listInputFields(action).length === 0,
      ),
    violate: (app) => {
      getSearch(app).operation.inputFields = []
    },
  },
  {
    id: 'D011',
    description: 'a help text says more than the label',
    findViolations: (app) =>
      findFieldPaths(
        app,
        ({ label = '', helpText }) =>
          helpText !== undefined &&
          helpText.toLowerCase().replace(/\W/g, '') === label.toLowerCase().replace(/\W/g, ''),
      ),
    violate: (app) => {
      getField(getCreate(app), 'title').helpText = 'Title.'
    },
  },
  {
    id: 'D013',
    description: 'a field with a search refers to an existing search and to a field of its result',
    findViolations: (app) =>
      listActions(app).flatMap(({ path, action }) =>
        listInputFields(action).flatMap(({ key, search: offered }) => {
          if (!offered) return []
          const [source = '', part = ''] = offered.split('.')
          return part in (app.searches[source]?.operation.sample ?? {}) ? [] : [`${path}.${key}`]
        }),
      ),
    violate: (app) => {
      getField(app.creates.void_pass as Action, 'serialNumber').search = 'find_pass.number'
    },
  },
  {
    id: 'D014',
    description: 'a field with a search has a single value and a dropdown',
    findViolations: (app) =>
      findFieldPaths(
        app,
        ({ search: offered, dynamic, type, list }) =>
          offered !== undefined &&
          (!dynamic || list === true || !['string', 'number', 'integer'].includes(type ?? '')),
      ),
    violate: (app) => {
      getField(app.creates.void_pass as Action, 'serialNumber').list = true
    },
  },
  {
    id: 'D015',
    description: 'a search-or-create refers to an existing search and create',
    findViolations: (app) =>
      Object.entries(app.searchOrCreates)
        .filter(
          ([key, one]) =>
            key !== one.search || !app.searches[one.search] || !app.creates[one.create],
        )
        .map(([key]) => key),
    violate: (app) => {
      for (const one of Object.values(app.searchOrCreates)) one.create = 'make_pass'
    },
  },
  {
    id: 'D022',
    description: 'a create has static input fields',
    findViolations: (app) =>
      findActionPaths(
        listActions(app, ['creates']),
        ({ operation: { inputFields = [] } }) => !inputFields.some(({ key }) => key),
      ),
    violate: (app) => {
      getCreate(app).operation.inputFields = []
    },
  },
  {
    id: 'D028',
    description: 'empty input values reach the app unchanged',
    findViolations: (app) => [
      ...(app.flags.cleanInputData === false ? [] : ['flags']),
      ...findActionPaths(listActions(app), ({ operation }) => operation.cleanInputData === true),
    ],
    violate: (app) => {
      app.flags.cleanInputData = true
    },
  },
  {
    id: 'Guidelines: order',
    description: 'required fields come first',
    findViolations: (app) =>
      findActionPaths(listActions(app), (action) => {
        const inputFields = listStaticFields(action)
        const firstOptional = inputFields.findIndex(({ required }) => !required)
        return (
          firstOptional >= 0 && inputFields.slice(firstOptional).some(({ required }) => required)
        )
      }),
    violate: (app) => void app.creates.update_pass?.operation.inputFields?.reverse(),
  },
  {
    id: 'Guidelines: HTML',
    description: 'help texts and descriptions have no tags outside code spans',
    findViolations: (app) => [
      ...findFieldPaths(app, ({ helpText = '' }) => hasTags(helpText)),
      ...app.authentication.fields
        .filter(({ helpText = '' }) => hasTags(helpText))
        .map(({ key }) => key),
      ...findActionPaths(listActions(app), ({ display }) => hasTags(display.description)),
    ],
    violate: (app) => {
      getField(getCreate(app), 'title').helpText = 'The <b>title</b>, not `<i>`.'
    },
  },
  {
    id: 'Guidelines: lists',
    description: 'the first input of a list says what the list is',
    findViolations: (app) =>
      findFieldPaths(
        app,
        ({ label = '', children }) =>
          children !== undefined && !children[0]?.helpText?.startsWith(`${label}: `),
      ),
    violate: (app) => {
      const list = listStaticFields(getCreate(app)).find(({ children }) => children)
      for (const child of list?.children ?? []) child.helpText = 'The small heading.'
    },
  },
  {
    id: 'D018: fields',
    description: 'labels of inputs and outputs are in title case',
    findViolations: (app) => [
      ...findFieldPaths(app, ({ label = '' }) => !isTitleCase(label)),
      ...listActions(app).flatMap(({ path, action }) =>
        (action.operation.outputFields ?? [])
          .filter(({ label = '' }) => !isTitleCase(label))
          .map(({ key }) => `${path}.${key}`),
      ),
    ],
    violate: (app) => {
      getField(getCreate(app), 'title').label = 'The title'
    },
  },
  {
    id: 'Guidelines: labels',
    description: 'every field has a label, and a help text if it is not a line item group',
    findViolations: (app) =>
      findFieldPaths(app, ({ label, helpText, children }) => !label || (!children && !helpText)),
    violate: (app) => void delete getField(getCreate(app), 'title').label,
  },
]
