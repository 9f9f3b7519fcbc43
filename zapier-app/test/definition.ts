/** What a person or a step gives to an action, as the definition writes it. */
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

/** What Zapier knows of an app: `definition.json` of its archive. */
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

/** All actions, or those of one kind, with the place where each stands. */
export function actionsOf(
  app: Definition,
  kinds: ('triggers' | 'creates' | 'searches')[] = ['triggers', 'creates', 'searches'],
): { place: string; action: Action }[] {
  return kinds.flatMap((kind) =>
    Object.entries(app[kind]).map(([key, action]) => ({ place: `${kind}.${key}`, action })),
  )
}

/** Those that people see. */
export function visible({ action }: { action: Action }): boolean {
  return !action.display.hidden
}

/** Every field that an action asks for, those of line items too. */
export function inputsOf(action: Action): InputField[] {
  return (action.operation.inputFields ?? []).flatMap((field) => [field, ...(field.children ?? [])])
}
