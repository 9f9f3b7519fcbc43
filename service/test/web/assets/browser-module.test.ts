import { expect, it } from 'vitest'
import { toBrowserModule } from '../../../src/web/assets/browser-module.ts'

const url = new URL('file:///service/editor/browser/form/form.ts')
const paths = new Map([
  ['file:///service/editor/browser/words/words.ts', 'editor-words/words.js'],
  ['file:///service/browser/dom.ts', 'browser/dom.js'],
])
const convert = (code: string) => toBrowserModule(code, url, paths).trim()

it('a module of a page imports its neighbours and what pages share from the addresses they are served at', () => {
  const code = `import { getWords } from '../words/words.ts'
import { element } from '../../../browser/dom.ts'
export const label: string = "import { readFile } from 'node:fs'"`
  expect(
    convert(code).replaceAll(/ +/g, ' '),
  ).toBe(`import { getWords } from '../editor-words/words.js'
import { element } from '../browser/dom.js'
export const label = "import { readFile } from 'node:fs'"`)
})

it('the service does not start with a page that imports what browsers are not served', () => {
  expect(() => convert("import { a } from './missing.ts'")).toThrow(
    "form.ts imports './missing.ts', which is not served to browsers.",
  )
})
