import { fieldGroups, PassSpec } from '@passwright/shared/schema'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { drawPass } from '../../../src/web/pass-card/pass-card.ts'
import { acceptedBody } from '../../support/passes/arbitraries.ts'
import { toPassJson } from '../../support/passes/sample-passes.ts'
import { readSvg } from '../../support/web/read-svg.ts'

const options = { images: {}, locale: 'en', now: new Date('2027-06-04T23:30:00Z') } as const

describe('a card', () => {
  it('can be drawn for any pass that the API accepts', async () => {
    const known = Object.keys(PassSpec.shape)
    const spec = acceptedBody().map((body) =>
      PassSpec.parse(
        Object.fromEntries(Object.entries(body).filter(([key]) => known.includes(key))),
      ),
    )
    await fc.assert(
      fc.asyncProperty(
        spec,
        fc.constantFrom('en', 'de'),
        fc.boolean(),
        async (spec, locale, voided) => {
          readSvg(await drawPass(toPassJson(spec, voided), { ...options, locale }))
        },
      ),
      { numRuns: 150 },
    )
  })

  it('can be drawn for a pass.json with any content', async () => {
    const names = ['generic', 'barcodes', 'backgroundColor', 'voided', 'expirationDate', 'logoText']
    const anything = fc.anything({ withNullPrototype: true, withDate: true })
    const key = fc.constantFrom('value', 'label', 'dateStyle', 'currencyCode', 'format', 'message')
    const fields = fc.array(fc.oneof(anything, fc.dictionary(key, anything)))
    const groups = fc.dictionary(fc.constantFrom(...fieldGroups), fc.oneof(anything, fields))
    const value = fc.oneof(anything, groups, fields)
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.constantFrom(...names), value), async (pass) => {
        readSvg(await drawPass(pass, options))
      }),
      { numRuns: 150 },
    )
  })
})
