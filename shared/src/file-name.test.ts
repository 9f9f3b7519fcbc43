import { expect, it } from 'vitest'
import { toPassFileName } from './portable/index.ts'

it.each([
  ['Riverside Climbing Club', 'riverside-climbing-club.pkpass'],
  ['Café Größe 1!', 'cafe-grosse-1.pkpass'],
  ['Łódź & Ødegård', 'lodz-odegard.pkpass'],
  ['会員証', 'pass.pkpass'],
])('the file of "%s" is named %s', (title, name) => {
  expect(toPassFileName(title)).toBe(name)
})
