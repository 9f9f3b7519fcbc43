// A copy of shared/src/portable/assemble.ts, made by "npm run sync": change it there.

import type { Field, ItemField, Kind } from './field'
import { fields } from './fields'

export type Answers = Record<string, unknown>

const asNumber = (answer: unknown): unknown => {
  const number = typeof answer === 'string' ? Number(answer) : answer
  return Number.isNaN(number) ? answer : number
}
const asIs = (answer: unknown): unknown => answer
const asText = (answer: unknown): unknown => (typeof answer === 'number' ? String(answer) : answer)
const asBoolean = (answer: unknown): unknown =>
  answer === 'true' ? true : answer === 'false' ? false : answer

/** What each kind makes of an answer; what it cannot read stays as it is, for the service to name. */
const readers: Record<
  Kind,
  (answer: unknown, field: Field | ItemField, beside: Answers) => unknown
> = {
  text: asText,
  longText: asText,
  // Forms that know only texts mean a number where it shall be written as one.
  textOrNumber: (answer, _, { numberStyle, currencyCode }) =>
    isEmpty(numberStyle) && isEmpty(currencyCode) ? answer : asNumber(answer),
  choice: asIs,
  choices: asIs,
  color: asIs,
  image: asIs,
  instant: asIs,
  integer: asNumber,
  number: asNumber,
  boolean: asBoolean,
  object: (answer, field) => (isAnswers(answer) ? collect(itemsOf(field), answer) : answer),
  list: (answer, field) =>
    Array.isArray(answer)
      ? answer.map((entry) => collect(itemsOf(field), isAnswers(entry) ? entry : {}))
      : answer,
  pairs: (answer) =>
    Array.isArray(answer)
      ? Object.fromEntries(answer.filter(isAnswers).map((pair) => [pair.key, asText(pair.value)]))
      : answer,
}

/** Turns flat answers of a form into the request JSON; empty answers are left out. */
export function assemble(answers: Answers): Answers {
  return collect(fields, answers)
}

function collect(asked: readonly (Field | ItemField)[], answers: Answers): Answers {
  const request: Answers = {}
  for (const field of asked) {
    const answer = answers[field.key]
    const value = isEmpty(answer) ? undefined : readers[field.kind](answer, field, answers)
    if (!isEmpty(value)) request[field.path] = value
  }
  return request
}

function itemsOf(field: Field | ItemField): readonly ItemField[] {
  return ('items' in field && field.items) || []
}

function isEmpty(answer: unknown): boolean {
  return (
    answer === undefined ||
    answer === null ||
    answer === '' ||
    (Array.isArray(answer) && answer.length === 0) ||
    (isAnswers(answer) && Object.keys(answer).length === 0)
  )
}

function isAnswers(value: unknown): value is Answers {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
