import { assemble } from '@passwright/shared'
import { expect, it } from 'vitest'
import {
  buildZapierInputs,
  listZapierRows,
} from '../../service/src/web/editor/browser/snippets/zapier-fields.ts'
import { hostileRequest } from '../../service/test/support/web/editor-passes.ts'
import { toFormValues } from '../src/form-values.ts'
import { buildPassFields } from '../src/input-fields.ts'

it('the inputs that the editor lists make the same pass in a Zap', () => {
  const inputs = buildZapierInputs(hostileRequest)
  const inputData = Object.fromEntries(inputs.map(({ key, value }) => [key, value]))
  expect(assemble(toFormValues(inputData))).toEqual(hostileRequest)
  const known = buildPassFields().map(({ key }) => key)
  expect(inputs.filter(({ key }) => !known.includes(key))).toEqual([])
})

it('the list for people names each input as the form does', () => {
  const rows = listZapierRows(hostileRequest)
  expect(rows).toContainEqual({ label: 'Header Fields 1, Value', value: '120' })
  expect(rows).toContainEqual({ label: 'Metadata: source', value: "Bob's form" })
})
