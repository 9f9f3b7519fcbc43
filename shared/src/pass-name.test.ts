import { expect, it } from 'vitest'
import { toPassName } from './portable/index.ts'

const pass = {
  title: 'Riverside Climbing Club',
  subtitle: null,
  externalId: null,
  barcodeValue: null,
  createdAt: '2027-01-15T09:30:00.000Z',
  voided: false,
}

it.each([
  [{ subtitle: 'Ada Example', externalId: 'm-1' }, 'Ada Example · m-1'],
  [{ externalId: 'm-1', barcodeValue: 'B-1', email: { to: 'ada@example.com' } }, 'm-1'],
  [{ subtitle: 'Ada', email: { to: 'ada@example.com' } }, 'Ada · ada@example.com'],
  [{ subtitle: 'Ada', barcodeValue: 'B-1' }, 'Ada · B-1 · 2027-01-15'],
  [{ externalId: ' ' }, '2027-01-15'],
  [{ subtitle: 'Ada', externalId: 'm-1', voided: true }, 'Ada · m-1 (voided)'],
])('in a list, a pass with %j is named by its title and %s', (more, name) => {
  expect(toPassName({ ...pass, ...more })).toBe(`Riverside Climbing Club · ${name}`)
})
