import { createRequire } from 'node:module'
import { beforeAll, describe, expect, it } from 'vitest'
import { connectionRules } from './publishing/connection.ts'
import type { Action, Definition, InputField } from './publishing/definition.ts'
import { fieldRules } from './publishing/fields.ts'
import { sampleRules } from './publishing/samples.ts'
import { textRules } from './publishing/texts.ts'
import { getUnpackedArchive } from './support/archive.ts'
import { readFullDefinition } from './support/definition-with-all-fields.ts'

const require = createRequire(createRequire(import.meta.url).resolve('zapier-platform-core'))
const { validateAppDefinition } = require('zapier-platform-schema') as {
  validateAppDefinition: (app: unknown) => { errors: { stack: string }[] }
}

let app: Definition
beforeAll(async () => {
  const { folder } = await getUnpackedArchive()
  app = await readFullDefinition(folder)
}, 180_000)

describe("Zapier's rules for public apps, on the definition of the archive", () => {
  it.each([...connectionRules, ...fieldRules, ...sampleRules, ...textRules])(
    '$id: $description',
    (rule) => {
      expect(rule.findViolations(app)).toEqual([])
      const invalid = structuredClone(app)
      rule.violate(invalid)
      expect(rule.findViolations(invalid)).not.toEqual([])
    },
  )

  const getInputs = (action: Action | undefined) => action?.operation.inputFields as InputField[]
  /** Rules that Zapier's own schema checks. */
  const schemaRules: [string, RegExp, (app: Definition) => void][] = [
    [
      'a key has letters, digits and underscores',
      /does not match pattern/,
      ({ creates }) => {
        creates.create_pass!.key = 'create-pass'
      },
    ],
    [
      'a label has at least 2 characters',
      /minimum length of 2/,
      ({ creates }) => {
        creates.create_pass!.display.label = 'C'
      },
    ],
    [
      'a description has at most 1000 characters',
      /maximum length of 1000/,
      ({ creates }) => {
        creates.create_pass!.display.description = 'x'.repeat(1_001)
      },
    ],
    [
      'a noun has at least 2 characters',
      /minimum length of 2/,
      ({ creates }) => {
        creates.create_pass!.noun = 'P'
      },
    ],
    [
      'keys of input fields are unique',
      /keys must be unique/,
      ({ creates }) => {
        getInputs(creates.create_pass).push({ key: 'title', label: 'Title' })
      },
    ],
    [
      'the key of an action is its key in the definition',
      /matching top-level key/,
      ({ creates }) => {
        creates.make_pass = creates.create_pass!
      },
    ],
    [
      'line items have no help text',
      /mutually exclusive/,
      ({ creates }) => {
        getInputs(creates.create_pass).find(({ children }) => children)!.helpText = 'Help'
      },
    ],
    [
      'a dropdown is either static or dynamic',
      /mutually exclusive/,
      ({ creates }) => {
        getInputs(creates.void_pass)[0]!.choices = ['one']
      },
    ],
    [
      'the group of a field is declared',
      /group/,
      ({ creates }) => {
        Object.assign(getInputs(creates.create_pass)[0]!, { group: 'nowhere' })
      },
    ],
    [
      'the key of a search-or-create is that of its search',
      /must match/,
      ({ searchOrCreates }) => {
        Object.values(searchOrCreates)[0]!.key = 'find_or_create'
      },
    ],
    [
      'a field for an API key is secret',
      /isNoSecret/,
      ({ authentication }) => {
        authentication.fields.find(({ key }) => key === 'apiKey')!.isNoSecret = true
      },
    ],
  ]

  it.each(schemaRules)('schema: %s', (_, expectedError, violate) => {
    expect(validateAppDefinition(app).errors).toEqual([])
    const invalid = structuredClone(app)
    violate(invalid)
    const errors = validateAppDefinition(invalid).errors.map(({ stack }) => stack)
    expect(errors.join('\n')).toMatch(expectedError)
  })
})
