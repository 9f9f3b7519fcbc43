import { expect, it } from 'vitest'
import { findUnset } from '../pack/check-publishing.ts'
import packageJson from '../package.json' with { type: 'json' }
import { documentationUrl } from '../src/documentation-url.ts'

it('publishing is refused while the handbook is an example, and only then', () => {
  const examples = ['', 'docs', 'http://passes.club.at/docs', 'https://passes.example.com/docs']
  for (const homepage of examples) {
    expect(findUnset({ homepage })).toEqual([expect.stringContaining('Set "homepage"')])
  }
  expect(findUnset({})).toHaveLength(1)
  expect(findUnset({ homepage: 'https://passes.club.at/docs' })).toEqual([])
})

it('the connection form links to the homepage of the package', () => {
  expect(documentationUrl).toBe(packageJson.homepage)
})
