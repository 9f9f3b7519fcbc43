import type { PlainInputField } from 'zapier-platform-core'

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
