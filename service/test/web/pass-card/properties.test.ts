import { fieldGroups, type Locale, PassSpec } from '@passwright/shared/schema'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PassJson } from '../../../src/apple/pass-json.ts'
import { renderPassCard } from '../../../src/web/pass-card/pass-card.ts'
import { acceptedBody } from '../../support/passes/arbitraries.ts'
import { toPassJson } from '../../support/passes/sample-passes.ts'
import { readMarkup } from '../../support/web/read-markup.ts'

const options = { images: {}, now: new Date('2027-06-04T23:30:00Z') } as const

async function readCard(pass: PassJson, locale: Locale): Promise<void> {
  const { front, back, css } = await renderPassCard(pass, { ...options, locale })
  readMarkup(front, 'article')
  if (back !== '') readMarkup(back, 'dl')
  expect(css).toMatch(/^\.pc(?:-[\da-f]{6}){3}\{(?:--pc-\w+:#[\da-f]{6};?){3}\}$/)
}

describe('a card', () => {
  it('can be rendered for any pass that the API accepts', async () => {
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
          await readCard(toPassJson(spec, voided), locale)
        },
      ),
      { numRuns: 150 },
    )
  })

  it('can be rendered for a pass.json with any content', async () => {
    const names = [
      ...['generic', 'coupon', 'eventTicket', 'boardingPass', 'posterGeneric'],
      ...['barcodes', 'backgroundColor', 'voided', 'expirationDate', 'logoText'],
    ]
    const anything = fc.anything({ withNullPrototype: true, withDate: true })
    const key = fc.constantFrom('value', 'label', 'dateStyle', 'currencyCode', 'format', 'message')
    const fields = fc.array(fc.oneof(anything, fc.dictionary(key, anything)))
    const groups = fc.dictionary(fc.constantFrom(...fieldGroups), fc.oneof(anything, fields))
    const value = fc.oneof(anything, groups, fields)
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.constantFrom(...names), value), async (pass) => {
        await readCard(pass, 'en')
      }),
      { numRuns: 150 },
    )
  })
})
