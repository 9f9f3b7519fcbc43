import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { unpackedArchive } from './archive.ts'
import type { Action, Definition, InputField } from './definition.ts'
import { connectionRules } from './publishing/connection.ts'
import { fieldRules } from './publishing/fields.ts'
import { sampleRules } from './publishing/samples.ts'
import { wordRules } from './publishing/words.ts'

const require = createRequire(createRequire(import.meta.url).resolve('zapier-platform-core'))
const { validateAppDefinition } = require('zapier-platform-schema') as {
  validateAppDefinition: (app: unknown) => { errors: { stack: string }[] }
}

let app: Definition
beforeAll(async () => {
  const { folder } = await unpackedArchive()
  app = JSON.parse(readFileSync(join(folder, 'definition.json'), 'utf8'))
}, 180_000)

describe("Zapier's rules for public apps, on the definition of the archive", () => {
  it.each([...connectionRules, ...fieldRules, ...sampleRules, ...wordRules])(
    '$id: $rule',
    (rule) => {
      expect(rule.find(app)).toEqual([])
      const broken = structuredClone(app)
      rule.break(broken)
      expect(rule.find(broken)).not.toEqual([])
    },
  )

  const inputs = (action: Action | undefined) => action?.operation.inputFields as InputField[]
  /** What Zapier's own schema judges, so that nothing here has to. */
  const judgedBySchema: [string, RegExp, (app: Definition) => void][] = [
    [
      'a key has letters, digits and underscores',
      /does not match pattern/,
      ({ creates }) => {
        creates.create_pass!.key = 'create-pass'
      },
    ],
    [
      'a label has 2 letters or more',
      /minimum length of 2/,
      ({ creates }) => {
        creates.create_pass!.display.label = 'C'
      },
    ],
    [
      'a description has 1000 letters or less',
      /maximum length of 1000/,
      ({ creates }) => {
        creates.create_pass!.display.description = 'x'.repeat(1_001)
      },
    ],
    [
      'a noun has 2 letters or more',
      /minimum length of 2/,
      ({ creates }) => {
        creates.create_pass!.noun = 'P'
      },
    ],
    [
      'every input has a key of its own',
      /keys must be unique/,
      ({ creates }) => {
        inputs(creates.create_pass).push({ key: 'title', label: 'Title' })
      },
    ],
    [
      'an action stands under its own key',
      /matching top-level key/,
      ({ creates }) => {
        creates.make_pass = creates.create_pass!
      },
    ],
    [
      'line items have no help text',
      /mutually exclusive/,
      ({ creates }) => {
        inputs(creates.create_pass).find(({ children }) => children)!.helpText = 'Help'
      },
    ],
    [
      'a list to choose from is fixed or fetched',
      /mutually exclusive/,
      ({ creates }) => {
        inputs(creates.void_pass)[0]!.choices = ['one']
      },
    ],
    [
      'a group is one of the form',
      /group/,
      ({ creates }) => {
        Object.assign(inputs(creates.create_pass)[0]!, { group: 'nowhere' })
      },
    ],
    [
      'a search-or-create stands under the key of its search',
      /must match/,
      (one) => {
        Object.values(one.searchOrCreates)[0]!.key = 'find_or_create'
      },
    ],
    [
      'a key is always a secret',
      /isNoSecret/,
      ({ authentication }) => {
        authentication.fields.find(({ key }) => key === 'apiKey')!.isNoSecret = true
      },
    ],
  ]

  it.each(judgedBySchema)('schema: %s', (_, words, breakIt) => {
    expect(validateAppDefinition(app).errors).toEqual([])
    const broken = structuredClone(app)
    breakIt(broken)
    const told = validateAppDefinition(broken).errors.map(({ stack }) => stack)
    expect(told.join('\n')).toMatch(words)
  })
})
