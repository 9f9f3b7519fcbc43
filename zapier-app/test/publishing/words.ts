import { actionsOf } from '../definition.ts'
import { create, placesOf, type Rule, search, trigger } from './rule.ts'

const isTitleCase = (label: string): boolean =>
  label
    .split(' ')
    .every((word) => /^(?:[A-Z\d]|a$|an$|and$|by$|for$|in$|of$|on$|or$|the$|to$)/.test(word))

/** What is asked of the words. */
export const wordRules: Rule[] = [
  {
    id: 'D018',
    rule: 'labels are in title case',
    find: (app) => placesOf(actionsOf(app), ({ display }) => !isTitleCase(display.label)),
    break: (app) => {
      create(app).display.label = 'Create pass'
    },
  },
  {
    id: 'D021',
    rule: 'a trigger says "Triggers when …."',
    find: (app) =>
      placesOf(
        actionsOf(app, ['triggers']),
        ({ display }) => !/^Triggers when [a-z].+\.$/.test(display.description),
      ),
    break: (app) => {
      trigger(app).display.description = 'When a pass was made.'
    },
  },
  {
    id: 'Guidelines: descriptions',
    rule: 'a create and a search say what they do in the third person, as one sentence',
    find: (app) =>
      placesOf(actionsOf(app, ['creates', 'searches']), ({ display: { label, description } }) => {
        const verb = label.split(' ')[0] ?? ''
        return !new RegExp(`^${verb}(?:e?s) .+[^.]\\.$`).test(description)
      }),
    break: (app) => {
      create(app).display.description = 'Create a pass.'
    },
  },
  {
    id: 'Guidelines: names',
    rule: 'no text of an action names the app',
    find: (app) =>
      placesOf(actionsOf(app), ({ display }) => /passwright/i.test(JSON.stringify(display))),
    break: (app) => {
      create(app).display.label = 'Create Passwright Pass'
    },
  },
  {
    id: 'Guidelines: nouns',
    rule: 'a noun is one word in the singular',
    find: (app) =>
      placesOf(actionsOf(app), ({ noun }) => !/^[A-Z][a-z]+$/.test(noun) || /[^s]s$/.test(noun)),
    break: (app) => {
      create(app).noun = 'Cards'
    },
  },
  {
    id: 'Guidelines: keys',
    rule: 'keys of actions are in snake case',
    find: (app) =>
      actionsOf(app)
        .filter(
          ({ place, action }) =>
            !/^[a-z]+(?:_[a-z]+)*$/.test(action.key) || !place.endsWith(`.${action.key}`),
        )
        .map(({ place }) => place),
    break: (app) => {
      create(app).key = 'createPass'
    },
  },
  {
    id: 'Guidelines: searches',
    rule: 'the label of a search begins with Find',
    find: (app) => [
      ...placesOf(
        actionsOf(app, ['searches']),
        ({ display }) => !display.label.startsWith('Find '),
      ),
      ...Object.values(app.searchOrCreates)
        .filter(({ display }) => !display.label.startsWith('Find or Create '))
        .map(({ key }) => key),
    ],
    break: (app) => {
      search(app).display.label = 'Look for a Pass'
    },
  },
]
