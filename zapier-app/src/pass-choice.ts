import type { PlainInputField } from 'zapier-platform-core'

/** Which pass: chosen from a list, found by a search step, or mapped from a step before. */
export const passChoice: PlainInputField = {
  key: 'serialNumber',
  label: 'Pass',
  type: 'string',
  required: true,
  dynamic: 'pass_list.id.label',
  search: 'find_pass.id',
  helpText: 'Choose a pass, or map the serial number that an earlier step tells.',
}
