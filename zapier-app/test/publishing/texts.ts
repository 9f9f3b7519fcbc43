import { listActions } from './definition.ts'
import { findActionPaths, getCreate, getSearch, getTrigger, type Rule } from './rule.ts'

/** Whether all words but articles, conjunctions and prepositions begin with a capital. */
export const isTitleCase = (label: string): boolean =>
  label
    .split(' ')
    .every((word) =>
      /^(?:[A-Z\d]|(?:a|after|an|and|below|by|for|in|of|on|or|the|to|with)$)/.test(word),
    )

/** Rules about labels, descriptions, nouns and keys. */
export const textRules: Rule[] = [
  {
    id: 'D018',
    description: 'labels are in title case',
    findViolations: (app) =>
      findActionPaths(listActions(app), ({ display }) => !isTitleCase(display.label)),
    violate: (app) => {
      getCreate(app).display.label = 'Create pass'
    },
  },
  {
    id: 'D021',
    description: 'the description of a trigger is "Triggers when …."',
    findViolations: (app) =>
      findActionPaths(
        listActions(app, ['triggers']),
        ({ display }) => !/^Triggers when [a-z].+\.$/.test(display.description),
      ),
    violate: (app) => {
      getTrigger(app).display.description = 'When a pass was made.'
    },
  },
  {
    id: 'Guidelines: descriptions',
    description: 'the description of a create or a search is one sentence in the third person',
    findViolations: (app) =>
      findActionPaths(
        listActions(app, ['creates', 'searches']),
        ({ display: { label, description } }) => {
          const verb = label.split(' ')[0] ?? ''
          return !new RegExp(`^${verb}(?:e?s) .+[^.]\\.$`).test(description)
        },
      ),
    violate: (app) => {
      getCreate(app).display.description = 'Create a pass.'
    },
  },
  {
    id: 'Words: phones',
    description: 'no description promises that a phone follows a change: not every service can',
    findViolations: (app) =>
      findActionPaths(listActions(app), ({ display }) =>
        /notif|Wallet (?:then )?shows|phone/i.test(display.description),
      ),
    violate: (app) => {
      getCreate(app).display.description = 'Voids a pass, so that Wallet shows it as void.'
    },
  },
  {
    id: 'Guidelines: names',
    description: 'labels and descriptions of actions do not contain the name of the app',
    findViolations: (app) =>
      findActionPaths(listActions(app), ({ display }) =>
        /passwright/i.test(JSON.stringify(display)),
      ),
    violate: (app) => {
      getCreate(app).display.label = 'Create Passwright Pass'
    },
  },
  {
    id: 'Guidelines: nouns',
    description: 'a noun is a single word in the singular',
    findViolations: (app) =>
      findActionPaths(
        listActions(app),
        ({ noun }) => !/^[A-Z][a-z]+$/.test(noun) || /[^s]s$/.test(noun),
      ),
    violate: (app) => {
      getCreate(app).noun = 'Cards'
    },
  },
  {
    id: 'Guidelines: keys',
    description: 'keys of actions are in snake case',
    findViolations: (app) =>
      listActions(app)
        .filter(
          ({ path, action }) =>
            !/^[a-z]+(?:_[a-z]+)*$/.test(action.key) || !path.endsWith(`.${action.key}`),
        )
        .map(({ path }) => path),
    violate: (app) => {
      getCreate(app).key = 'createPass'
    },
  },
  {
    id: 'Guidelines: searches',
    description: 'the label of a search starts with Find',
    findViolations: (app) => [
      ...findActionPaths(
        listActions(app, ['searches']),
        ({ display }) => !display.label.startsWith('Find '),
      ),
      ...Object.values(app.searchOrCreates)
        .filter(({ display }) => !display.label.startsWith('Find or Create '))
        .map(({ key }) => key),
    ],
    violate: (app) => {
      getSearch(app).display.label = 'Look for a Pass'
    },
  },
]
