import { isEmpty, trimBlanks } from '@passwright/shared'
import type { Bundle, PlainInputField, ZObject } from 'zapier-platform-core'
import { createHalt } from './plain-error.ts'

/** The input field that selects a pass: from a dropdown, with a search step, or mapped from an earlier step. */
export const passDropdown: PlainInputField = {
  key: 'serialNumber',
  label: 'Pass',
  type: 'string',
  required: true,
  dynamic: 'pass_list.id.label',
  search: 'find_pass.id',
  helpText: 'Choose a pass, or map the serial number from an earlier step.',
}

/** Reads the serial number of the pass of a step; halts the run if it is empty. */
export function readSerialNumber(z: ZObject, { inputData }: Bundle): string {
  const { serialNumber } = inputData
  if (isEmpty(serialNumber)) {
    throw createHalt(
      z,
      'Pass is empty: choose a pass, or map the Serial Number of an earlier step. If a search step found none, there is no pass.',
    )
  }
  return trimBlanks(String(serialNumber))
}
