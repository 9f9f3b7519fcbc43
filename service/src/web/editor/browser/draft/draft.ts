import {
  assemble,
  type FormValues,
  fields,
  type Issue,
  isObject,
  Problem,
} from '@passwright/shared'
import { fillSamples, findPlaceholders, type Input, restorePlaceholders } from './placeholders.ts'

/** What is being edited: the values of the form, what its placeholders ask for, and where it came from. */
export interface Draft {
  values: FormValues
  inputs: Map<string, Input>
  /** What a template says beside the form, such as its email. */
  extras: Record<string, unknown>
  /** The stored template that is open. */
  template?: { templateId: string; name: string; version: number } | undefined
}

/** A ready template, or one of a key. */
export interface TemplateBody {
  name: string
  pass: Record<string, unknown>
  inputs?: readonly Input[] | null | undefined
}

/** A pass as a request; `issues` are values that cannot be read. */
export interface ReadDraft {
  /** With samples in place of placeholders. */
  request: Record<string, unknown>
  /** With the placeholders as they were typed. */
  template: Record<string, unknown>
  issues: Issue[]
}

/** Opens a template in the form. */
export function openTemplate({ pass, inputs }: TemplateBody): Draft {
  const known = fields.filter(({ group, key }) => group !== 'email' || key === 'locale')
  const values = known.flatMap(({ key, path, kind }) => {
    const value = pass[path]
    return value === undefined ? [] : [[key, toFormValue(kind, value)] as const]
  })
  const paths = new Set(known.map(({ path }) => path))
  return {
    values: Object.fromEntries(values),
    inputs: new Map((inputs ?? []).map((input) => [input.key, { ...input }])),
    extras: Object.fromEntries(Object.entries(pass).filter(([path]) => !paths.has(path))),
  }
}

function toFormValue(kind: string, value: unknown): unknown {
  if (kind === 'json') return JSON.stringify(value, null, 1)
  if (kind === 'pairs' && isObject(value)) {
    return Object.entries(value).map(([key, each]) => ({ key, value: each }))
  }
  return structuredClone(value)
}

/** Keeps one input for each placeholder; those that are gone are remembered, in case they come back. */
export function listInputs({ values, inputs, extras }: Draft): Input[] {
  return findPlaceholders([values, removeMailWords(extras)]).map((key) => {
    const input = inputs.get(key) ?? { key }
    inputs.set(key, input)
    return input
  })
}

/** The subject and the message of an email have placeholders of their own. */
function removeMailWords({ email, ...others }: Record<string, unknown>): unknown {
  if (!isObject(email)) return others
  const { subject: _, message: __, ...rest } = email
  return { ...others, email: rest }
}

/** Reads the form as a request, dates and numbers as people write them. */
export function readDraft({ values, inputs, extras }: Draft): ReadDraft {
  const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone
  const filled = fillSamples(values, inputs)
  const issues: Issue[] = []
  let readable: FormValues = isObject(filled) ? filled : {}
  for (;;) {
    try {
      const request = assemble(readable, { timeZone })
      return { request, template: { ...restorePlaceholders(request, values), ...extras }, issues }
    } catch (error) {
      if (!(error instanceof Problem) || !error.issues?.length) throw error
      issues.push(...error.issues)
      readable = leaveOut(readable, error.issues)
    }
  }
}

/** Without the fields that cannot be read, so that the picture shows the others. */
function leaveOut(values: FormValues, issues: readonly Issue[]): FormValues {
  const unreadable = issues.map(({ path }) => /^[^.[]+/.exec(path)?.[0])
  const keys = fields.filter(({ path }) => unreadable.includes(path)).map(({ key }) => key)
  return Object.fromEntries(Object.entries(values).filter(([key]) => !keys.includes(key)))
}
