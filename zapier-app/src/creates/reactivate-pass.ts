import { buildStatusAction } from './pass-status.ts'

/** Makes a voided pass valid again. */
export const reactivatePass = buildStatusAction({
  key: 'reactivate_pass',
  label: 'Reactivate Pass',
  description: 'Reactivates a pass that was voided.',
  voided: false,
  change: (client, serialNumber) => client.unvoidPass(serialNumber),
  unchangedMessage: 'This pass is already valid.',
})
