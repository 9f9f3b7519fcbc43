import {
  type Action,
  actionsOf,
  type Definition,
  type InputField,
  inputsOf,
} from '../definition.ts'

/** A rule of Zapier's for apps that shall be public: what breaks it, and a change that would. */
export interface Rule {
  /** Zapier's number of the check, or the guide it stands in. */
  id: string
  rule: string
  /** Where the app breaks it. */
  find: (app: Definition) => string[]
  /** Breaks it on purpose. */
  break: (app: Definition) => void
}

/** The places of those that are broken. */
export const placesOf = (
  found: { place: string; action: Action }[],
  isBroken: (action: Action) => boolean,
): string[] => found.filter(({ action }) => isBroken(action)).map(({ place }) => place)

/** The fields that are broken, each with its place. */
export const fieldsWhere = (app: Definition, isBroken: (field: InputField) => boolean): string[] =>
  actionsOf(app).flatMap(({ place, action }) =>
    inputsOf(action)
      .filter(isBroken)
      .map(({ key }) => `${place}.${key}`),
  )

/** A create, to break. */
export const create = (app: Definition): Action => app.creates.create_pass as Action
/** An instant trigger, to break. */
export const trigger = (app: Definition): Action => app.triggers.pass_created as Action
/** A search, to break. */
export const search = (app: Definition): Action => app.searches.find_pass as Action

/** A field of a form, to break. */
export const field = (action: Action, key: string): InputField =>
  action.operation.inputFields?.find((each) => each.key === key) as InputField
