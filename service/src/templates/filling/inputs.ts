import { type Issue, isObject } from '@passwright/shared'
import { formatPath, MAX_INPUTS, type TemplateInput } from '@passwright/shared/schema'
import type { Input } from '../store/template.ts'
import { hasPlaceholder, isKey, listPlaceholders, type Path } from './placeholders.ts'
import { isInField } from './places.ts'
import { isBlank, readValue } from './values.ts'

/** The inputs of a template, and what is wrong with them and with its placeholders. */
export interface ResolvedInputs {
  inputs: Input[]
  /** At `inputs[0].key` and its like, or at a place in `pass`. */
  issues: Issue[]
}

/** Completes the inputs that a template lists, and derives one from each placeholder that is not listed. */
export function resolveInputs(
  pass: Readonly<Record<string, unknown>>,
  listed: readonly TemplateInput[],
): ResolvedInputs {
  const placeholders = findPlaceholders(pass)
  const issues = [...placeholders.issues, ...findListedIssues(listed, placeholders.keys)]
  const complete = listed.map(completeInput)
  const known = new Set(listed.map(({ key }) => key))
  const derived = [...placeholders.keys]
    .filter((key) => !known.has(key) && isKey(key))
    .map((key) => completeInput({ key }))
  const inputs = [...complete, ...derived]
  if (inputs.length > MAX_INPUTS) {
    issues.push({
      path: 'pass',
      message: `has ${inputs.length} different placeholders, ${MAX_INPUTS} are the most`,
    })
  }
  if (JSON.stringify(inputs).length > MAX_LENGTH) {
    issues.push({ path: 'inputs', message: `must have ${MAX_LENGTH} characters or less together` })
  }
  return { inputs, issues: [...issues, ...findValueIssues(complete)] }
}

/** A list of templates has all their inputs. */
const MAX_LENGTH = 65_536

/** A derived input is a required text under its own name. */
function completeInput(input: TemplateInput): Input {
  const { key, label = toLabel(key), type = 'text', required, ...others } = input
  return { key, label, type, required: required ?? others.default === undefined, ...others }
}

/** `valid_until` is read as "Valid until". */
function toLabel(key: string): string {
  const words = key.replace(/[_.-]+/g, ' ').trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function findPlaceholders(pass: Readonly<Record<string, unknown>>) {
  const keys = new Set<string>()
  const issues: Issue[] = []
  const visit = (value: unknown, path: Path): void => {
    if (typeof value === 'string') {
      for (const key of listPlaceholders(value, path)) {
        const message = explainPlaceholder(key, path)
        if (message === undefined) keys.add(key)
        else issues.push({ path: toPassPath(path), message })
      }
    } else if (Array.isArray(value)) {
      for (const [index, entry] of value.entries()) visit(entry, [...path, index])
    } else if (isObject(value)) {
      for (const [name, entry] of Object.entries(value)) {
        if (hasPlaceholder(name)) {
          const message = 'must have no placeholder in its name; only texts are filled in'
          issues.push({ path: toPassPath([...path, name]), message })
        }
        visit(entry, [...path, name])
      }
    }
  }
  visit(pass, [])
  return { keys, issues }
}

function explainPlaceholder(key: string, path: Path): string | undefined {
  if (isInField(path, 'key')) {
    return 'must have no placeholder: the key of a field is the same in every pass'
  }
  return isKey(key)
    ? undefined
    : `has {{${key}}}, which is no placeholder: between the braces are 1 to 64 letters, digits and _ - . such as {{valid_until}}`
}

function toPassPath(path: Path): string {
  return formatPath(['pass', ...path])
}

function findListedIssues(listed: readonly TemplateInput[], used: ReadonlySet<string>): Issue[] {
  const names = new Set<string>()
  return listed.flatMap(({ key, type, choices, aliases = [] }, index) => {
    const issues: Issue[] = []
    const report = (property: string, message: string) =>
      issues.push({ path: `inputs[${index}].${property}`, message })
    if (names.has(key)) report('key', 'is there twice; every input has a key of its own')
    else if (!used.has(key)) {
      report('key', `is not used; write {{${key}}} into the pass, or leave the input out`)
    }
    names.add(key)
    for (const alias of aliases) {
      const isKeyOfOther = listed.some((each) => each.key === alias) || used.has(alias)
      if (names.has(alias) || isKeyOfOther) {
        report('aliases', `has ${alias}, which is the name of another input`)
      }
      names.add(alias)
    }
    if (type === 'choice' && !choices) report('choices', 'is required: the values of the choice')
    if (type !== 'choice' && choices) report('choices', 'is only for the type choice')
    return issues
  })
}

/** A default and a sample must be what the input asks for. */
function findValueIssues(inputs: readonly Input[]): Issue[] {
  return inputs.flatMap((input, index) =>
    (['default', 'sample'] as const).flatMap((property) => {
      if (isBlank(input[property])) return []
      const read = readValue(input, input[property])
      return 'message' in read
        ? [{ path: `inputs[${index}].${property}`, message: read.message }]
        : []
    }),
  )
}
