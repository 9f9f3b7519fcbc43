import {
  type Action,
  type Definition,
  type InputField,
  listActions,
  listInputFields,
} from './definition.ts'

/** A rule of Zapier for public apps. */
export interface Rule {
  /** The ID of Zapier's check, or the guide that contains the rule. */
  id: string
  description: string
  /** Returns the paths in the definition that violate the rule. */
  findViolations: (app: Definition) => string[]
  /** Changes the definition so that it violates the rule, to prove that `findViolations` finds it. */
  violate: (app: Definition) => void
}

/** Returns the paths of the actions that are invalid. */
export const findActionPaths = (
  actions: { path: string; action: Action }[],
  isInvalid: (action: Action) => boolean,
): string[] => actions.filter(({ action }) => isInvalid(action)).map(({ path }) => path)

/** Returns the paths of the input fields that are invalid. */
export const findFieldPaths = (
  app: Definition,
  isInvalid: (field: InputField) => boolean,
): string[] =>
  listActions(app).flatMap(({ path, action }) =>
    listInputFields(action)
      .filter(isInvalid)
      .map(({ key }) => `${path}.${key}`),
  )

/** Returns the action that rules about creates violate. */
export const getCreate = (app: Definition): Action => app.creates.create_pass as Action
/** Returns the action that rules about triggers violate. */
export const getTrigger = (app: Definition): Action => app.triggers.pass_created as Action
/** Returns the action that rules about searches violate. */
export const getSearch = (app: Definition): Action => app.searches.find_pass as Action

/** Returns an input field of an action. */
export const getField = (action: Action, key: string): InputField =>
  action.operation.inputFields?.find((field) => field.key === key) as InputField
