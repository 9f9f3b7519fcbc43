import { isEmpty, trimBlanks } from '@passwright/shared'
import type { Bundle, PlainInputField, ZObject } from 'zapier-platform-core'
import { createHalt } from './plain-error.ts'

/** The address that a person is known by. */
export const personEmail: PlainInputField = {
  key: 'email',
  label: 'Email',
  type: 'string',
  required: true,
  placeholder: 'ada@example.com',
  helpText: 'The email address that passes of the person were sent to.',
}

/** What messages call it. */
export const personLabels = { email: 'Email' }

/** Reads the address of a run; halts the run if it is empty. */
export function readPersonEmail(z: ZObject, { inputData }: Bundle): string {
  const { email } = inputData
  if (isEmpty(email)) throw createHalt(z, 'Email is empty: map the email address of the person.')
  return trimBlanks(String(email))
}
