import { buildStatusAction } from './pass-status.ts'

/** Voids a pass. */
export const voidPass = buildStatusAction({
  key: 'void_pass',
  label: 'Void Pass',
  description: 'Voids a pass: its file and its share page then say that it is no longer valid.',
  voided: true,
  change: (client, serialNumber) => client.voidPass(serialNumber),
  unchangedMessage: 'This pass is already void.',
})
