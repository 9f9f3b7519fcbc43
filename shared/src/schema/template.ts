import { isEmpty, isObject } from '@passwright/shared'
import { z } from 'zod'
import { filledText, Timestamp, text } from './primitives.ts'

/** What the value of an input is; each type has its own way to be checked and to be asked for in a form. */
export const inputTypes = ['text', 'number', 'date', 'choice', 'image', 'email'] as const
export type InputType = (typeof inputTypes)[number]

/** The most inputs of a template, listed and derived ones together. */
export const MAX_INPUTS = 50

/** The most templates of a key. */
export const MAX_TEMPLATES = 100

/** A key as a placeholder has it between its braces: letters of all languages, digits and `_` `-` `.`. */
const keyPattern = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}_.-]{0,63}$/u

/** Whether a text can be the key of an input. */
export function isInputKey(text: string): boolean {
  return keyPattern.test(text)
}

const InputKey = z.string().refine(isInputKey, {
  error:
    'must have 1 to 64 letters, digits and the characters _ - . and begin with a letter or digit, such as valid_until',
})

const InputValue = z.union([text(100_000), z.number()], { error: 'must be a text or a number' })

/** What a template asks for: one value for all the places that have its placeholder. */
export const TemplateInput = z
  .strictObject({
    key: InputKey.meta({
      description: 'Its name between the braces of a placeholder, and in values.',
      examples: ['valid_until'],
    }),
    label: filledText(64)
      .optional()
      .meta({ description: 'What forms and errors call it.', examples: ['Valid until'] }),
    type: z.enum(inputTypes).optional().meta({ description: 'text when absent.' }),
    required: z.boolean().optional().meta({
      description: 'Whether a pass needs a value; true when absent, unless there is a default.',
    }),
    default: InputValue.optional().meta({ description: 'The value where none is given.' }),
    sample: InputValue.optional().meta({
      description: 'A value for pictures and for the check of the template.',
    }),
    help: text(500).optional().meta({ description: 'A hint below its field in a form.' }),
    choices: z
      .array(z.union([filledText(100), z.number()]).transform(String))
      .min(1)
      .max(100)
      .optional()
      .meta({ description: 'The values of a choice.' }),
    aliases: z
      .array(InputKey)
      .max(10)
      .optional()
      .meta({ description: 'Keys that it had before; values under them are still taken.' }),
  })
  .meta({ id: 'TemplateInput' })
export type TemplateInput = z.infer<typeof TemplateInput>

/** The body of `POST /api/templates` and of `PUT /api/templates/<id>`. */
export const TemplateRequest = z
  .strictObject({
    name: filledText(100)
      .overwrite((name) => name.trim())
      .meta({ description: 'Yours alone; passes name it.', examples: ['Member card'] }),
    pass: z.record(z.string(), z.unknown()).meta({
      description: 'A body of POST /api/passes, with {{key}} in its texts where passes differ.',
      examples: [{ title: 'Riverside Climbing Club', label: 'Member', value: '{{name}}' }],
    }),
    inputs: z.array(TemplateInput).max(MAX_INPUTS).nullable().optional().meta({
      description: 'What the placeholders ask for; one that is not listed is a required text.',
    }),
  })
  .meta({ id: 'TemplateRequest' })
export type TemplateRequest = z.infer<typeof TemplateRequest>

/** Reads a template as its sender meant it: what is empty in an input is not given, but for an empty value. */
export function normalizeTemplateRequest(body: Record<string, unknown>): Record<string, unknown> {
  const { version, ...rest } = body
  const known = version === null || version === undefined ? rest : body
  if (!Array.isArray(body.inputs)) return known
  const inputs = body.inputs.map((input: unknown) =>
    isObject(input) ? leaveOutEmpty(input) : input,
  )
  return { ...known, inputs }
}

const values = ['default', 'sample']

function leaveOutEmpty(input: Record<string, unknown>): Record<string, unknown> {
  const isGiven = (name: string, value: unknown) =>
    name === 'key' || !(isEmpty(value) && !(value === '' && values.includes(name)))
  return Object.fromEntries(Object.entries(input).filter(([name, value]) => isGiven(name, value)))
}

/** The body of `PUT /api/templates/<id>`. */
export const TemplateChange = TemplateRequest.extend({
  version: z.int().optional().meta({
    description: 'The version that you changed: a 412 if there is a newer one by now.',
  }),
}).meta({ id: 'TemplateChange' })
export type TemplateChange = z.infer<typeof TemplateChange>

/** The template of a pass, as replies, lists and events name it. */
export const PassTemplate = z
  .strictObject({ templateId: z.string(), name: z.string(), version: z.int() })
  .meta({ id: 'PassTemplate', description: 'The template that the pass was made from.' })
export type PassTemplate = z.infer<typeof PassTemplate>

export const rolloutStates = ['running', 'done'] as const

/** How far a template has been applied to its passes. */
export const Rollout = z
  .strictObject({
    state: z.enum(rolloutStates),
    total: z.int(),
    done: z.int(),
    failed: z
      .int()
      .meta({ description: 'Passes that the template fits no more; they stay as they are.' }),
    failures: z
      .array(z.strictObject({ serialNumber: z.string(), reason: z.string() }))
      .optional()
      .meta({
        description: 'The first 20 of those, each with its reason; absent when there is none.',
      }),
  })
  .meta({ id: 'Rollout' })
export type Rollout = z.infer<typeof Rollout>

const requiredOfInput = { label: true, type: true, required: true } as const

/** A template as lists show it: without the pass. */
export const TemplateSummary = z
  .strictObject({
    templateId: z.string(),
    name: z.string(),
    version: z.int(),
    inputs: z.array(TemplateInput.required(requiredOfInput)),
    passes: z.int().meta({ description: 'How many living passes are made from it.' }),
    createdAt: Timestamp,
    lastUpdated: Timestamp,
    rollout: Rollout.optional(),
  })
  .meta({ id: 'TemplateSummary' })
export type TemplateSummary = z.infer<typeof TemplateSummary>

/** A template as `GET /api/templates/<id>` returns it. */
export const Template = TemplateSummary.extend({ pass: TemplateRequest.shape.pass }).meta({
  id: 'Template',
})
export type Template = z.infer<typeof Template>

/** The reply to `POST /api/templates/<id>/apply`. */
export const AppliedTemplate = z.strictObject({ rollout: Rollout }).meta({ id: 'AppliedTemplate' })

/** The values of a request; each is checked against its input, which the schema does not know. */
export const TemplateValues = z.record(z.string(), z.unknown()).meta({
  description: 'A value for each input of the template, by its key.',
  examples: [{ name: 'Ada Example', valid_until: '2028-01-31' }],
})
