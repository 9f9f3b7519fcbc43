import { describe, expect, it } from 'vitest'
import { describeProblem, Problem, toInvalidRequest, toLabel } from './portable/index.ts'

describe('problems with the labels of a form', () => {
  it.each([
    ['title', 'Title'],
    ['email.to', 'Send by Email, To'],
    ['locations[0].latitude', 'Locations 1, Latitude'],
    ['backFields[11]', 'Back Fields 12'],
    ['primaryFields[2].attributedValue', 'Primary Fields 3, Value with Links'],
    ['apple.nfc.message', 'Further Keys, nfc, message'],
    ['locations[0].unheard', 'Locations 1, unheard'],
    ['Idempotency-Key', 'Idempotency-Key'],
    ['subject', 'Subject'],
    ['', ''],
  ])('the path %s has the label %s', (path, label) => {
    expect(toLabel(path)).toBe(label)
  })

  it('name every invalid field', () => {
    const issues = ['title', 'value', 'label', 'email.to'].map((path) => ({
      path,
      message: 'must be shorter',
    }))
    expect(describeProblem(toInvalidRequest(issues))).toBe(
      'Title must be shorter; Value must be shorter; Label must be shorter; Send by Email, To must be shorter',
    )
  })

  it('keep their own sentence when no field is invalid', () => {
    expect(describeProblem(new Problem('not_found', 'There is no such pass'))).toBe(
      'There is no such pass',
    )
  })
})
