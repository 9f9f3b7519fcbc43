import { buildStatusAction } from './pass-status.ts'

/** Voids a pass. */
export const voidPass = buildStatusAction({
  key: 'void_pass',
  label: 'Void Pass',
  description: 'Voids a pass, so that Wallet shows it as no longer valid.',
  voided: true,
  change: (client, serialNumber) => client.voidPass(serialNumber),
  unchangedMessage: 'This pass is already void.',
})
