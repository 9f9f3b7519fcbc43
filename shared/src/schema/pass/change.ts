import { isObject } from '@passwright/shared'
import { z } from 'zod'
import { filledText, text } from '../primitives.ts'
import type { Rule } from '../rule.ts'
import { ChangedPass, VoidedPass } from './pass.ts'

/** The longest message; a lock screen shows less. */
const MAX_MESSAGE_LENGTH = 1_000

const Message = filledText(MAX_MESSAGE_LENGTH).meta({
  description: 'The text on the lock screen of every phone with the pass.',
  examples: ['Your table is ready'],
})

/** The body of `POST /api/passes/<serial>/message`. */
export const MessageRequest = z.strictObject({ message: Message }).meta({ id: 'MessageRequest' })
export type MessageRequest = z.infer<typeof MessageRequest>

/** The largest number that a counter holds, in either direction. */
export const MAX_COUNTER = 1_000_000_000

const CounterNumber = z
  .number()
  .min(-MAX_COUNTER, { error: `must be between -${MAX_COUNTER} and ${MAX_COUNTER}` })
  .max(MAX_COUNTER, { error: `must be between -${MAX_COUNTER} and ${MAX_COUNTER}` })
  .refine((value) => Math.abs(value - Math.round(value * 100) / 100) < 1e-6, {
    error: 'must have two decimals or less',
  })

/** The body of `POST /api/passes/<serial>/adjust`. */
export const AdjustRequest = z
  .strictObject({
    field: filledText(255).meta({
      description: 'The key of the field that holds the number.',
      examples: ['points'],
    }),
    by: CounterNumber.optional().meta({
      description: 'What is added; less than 0 to take away. Either this or set.',
      examples: [10],
    }),
    set: CounterNumber.optional().meta({ description: 'The new number, instead of by.' }),
    min: CounterNumber.optional().meta({ description: 'A result below it is a 409.' }),
    max: CounterNumber.optional().meta({ description: 'The number stops at it.' }),
    reference: text(255).min(1).optional().meta({
      description:
        'Such as an order number: it counts once for this field in the life of the pass.',
    }),
    message: Message.optional(),
  })
  .meta({ id: 'AdjustRequest' })
export type AdjustRequest = z.infer<typeof AdjustRequest>

/** The reply to it. */
export const AdjustedPass = VoidedPass.omit({ voided: true })
  .extend({
    field: z.string(),
    before: z.number(),
    after: z.number(),
    reached: z.boolean().meta({ description: 'Whether the number is at max.' }),
    warnings: ChangedPass.shape.warnings,
  })
  .meta({ id: 'AdjustedPass' })
export type AdjustedPass = z.infer<typeof AdjustedPass>

/** The rules between the fields of an adjustment. */
export const adjustRules: readonly Rule[] = [
  ({ by, set }) => {
    if (by === undefined && set === undefined) {
      return [{ path: 'by', message: 'is required, unless set is given' }]
    }
    return by === undefined || set === undefined
      ? []
      : [{ path: 'set', message: 'cannot be combined with by; use one of the two' }]
  },
  ({ min, max }) =>
    typeof min === 'number' && typeof max === 'number' && min > max
      ? [{ path: 'max', message: 'must not be less than the minimum' }]
      : [],
]

const numbers = ['by', 'set', 'min', 'max'] as const
const plainNumber = /^\s*[+-]?\d{1,12}(?:\.\d{1,2})?\s*$/

/** Reads an adjustment as its sender meant it: a number in a text is one, what is empty is not given. */
export function normalizeAdjustRequest(body: Record<string, unknown>): Record<string, unknown> {
  if (!isObject(body)) return body
  const entries = Object.entries(body).filter(([, value]) => value !== null && value !== '')
  return Object.fromEntries(
    entries.map(([name, value]) => {
      const isNumber = numbers.some((one) => one === name)
      if (isNumber && typeof value === 'string' && plainNumber.test(value)) {
        return [name, Number(value)]
      }
      // An order number is one to a spreadsheet.
      return [name, name === 'reference' && typeof value === 'number' ? String(value) : value]
    }),
  )
}
