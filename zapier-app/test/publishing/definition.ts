/** An input field in the definition. */
export interface InputField {
  key: string
  label?: string
  helpText?: string
  type?: string
  required?: boolean
  dynamic?: string
  search?: string
  choices?: unknown
  children?: InputField[]
  list?: boolean
  isNoSecret?: boolean
}

export interface OutputField {
  key: string
  label?: string
  type?: string
  primary?: boolean
}

/** A trigger, a search or a create. */
export interface Action {
  key: string
  noun: string
  display: { label: string; description: string; hidden?: boolean }
  operation: {
    type?: string
    inputFields?: InputField[]
    outputFields?: OutputField[]
    sample?: Record<string, unknown>
    perform?: unknown
    performList?: unknown
    performSubscribe?: unknown
    performUnsubscribe?: unknown
    cleanInputData?: boolean
  }
}

/** The definition of an app: `definition.json` in its archive. */
export interface Definition {
  platformVersion: string
  flags: Record<string, boolean>
  authentication: {
    fields: InputField[]
    connectionLabel: string
  }
  triggers: Record<string, Action>
  creates: Record<string, Action>
  searches: Record<string, Action>
  searchOrCreates: Record<
    string,
    { key: string; search: string; create: string; display: { label: string; description: string } }
  >
}

/** Lists all actions, or those of some kinds, with their paths in the definition. */
export function listActions(
  app: Definition,
  kinds: ('triggers' | 'creates' | 'searches')[] = ['triggers', 'creates', 'searches'],
): { path: string; action: Action }[] {
  return kinds.flatMap((kind) =>
    Object.entries(app[kind]).map(([key, action]) => ({ path: `${kind}.${key}`, action })),
  )
}

/** Whether users can see the action. */
export function isVisible({ action }: { action: Action }): boolean {
  return !action.display.hidden
}

/** Lists the input fields of an action, without the functions that return others. */
export function listStaticFields({ operation: { inputFields = [] } }: Action): InputField[] {
  return inputFields.filter((field) => typeof field === 'object')
}

/** Lists the input fields of an action, including those of line items. */
export function listInputFields(action: Action): InputField[] {
  return listStaticFields(action).flatMap((field) => [field, ...(field.children ?? [])])
}
