import { fieldGroups, PassSpec } from '@passwright/shared/schema'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { drawPass } from '../../../src/web/pass-card/pass-card.ts'
import { acceptedBody } from '../../support/passes/arbitraries.ts'
import { toPassJson } from '../../support/passes/sample-passes.ts'
import { readSvg } from '../../support/web/read-svg.ts'

const options = { images: {}, locale: 'en', now: new Date('2027-06-04T23:30:00Z') } as const

describe('a card', () => {
  it('can be drawn for any pass that the API accepts', () => {
    const known = Object.keys(PassSpec.shape)
    const spec = acceptedBody().map((body) =>
      PassSpec.parse(
        Object.fromEntries(Object.entries(body).filter(([key]) => known.includes(key))),
      ),
    )
    fc.assert(
      fc.property(spec, fc.constantFrom('en', 'de'), fc.boolean(), (spec, locale, voided) => {
        readSvg(drawPass(toPassJson(spec, voided), { ...options, locale }))
      }),
      { numRuns: 150 },
    )
  })

  it('can be drawn for a pass.json with any content', () => {
    const names = ['generic', 'barcodes', 'backgroundColor', 'voided', 'expirationDate', 'logoText']
    const anything = fc.anything({ withNullPrototype: true, withDate: true })
    const key = fc.constantFrom('value', 'label', 'dateStyle', 'currencyCode', 'format', 'message')
    const fields = fc.array(fc.oneof(anything, fc.dictionary(key, anything)))
    const groups = fc.dictionary(fc.constantFrom(...fieldGroups), fc.oneof(anything, fields))
    const value = fc.oneof(anything, groups, fields)
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), value), (pass) => {
        readSvg(drawPass(pass, options))
      }),
      { numRuns: 150 },
    )
  })
})
