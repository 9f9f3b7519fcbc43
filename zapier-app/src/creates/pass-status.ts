import type { Client, VoidedPass } from '@passwright/shared'
import { type Bundle, defineCreate, type ZObject } from 'zapier-platform-core'
import { passDropdown, readSerialNumber } from '../pass-dropdown.ts'
import {
  listPhoneWarnings,
  passFieldsWithId,
  passSample,
  toPassOutput,
  toWarnings,
  warningsField,
} from '../pass-output.ts'
import { createHalt } from '../plain-error.ts'
import { callService, type PassFile } from '../transport.ts'

interface StatusAction {
  key: string
  label: string
  description: string
  /** The status of the pass after the action. */
  voided: boolean
  change: (client: Client<PassFile>, serialNumber: string) => Promise<VoidedPass>
  /** The message of a run that is halted because the pass already has this status. */
  unchangedMessage: string
}

/** Builds an action that voids or reactivates a pass; it halts the run if the pass already has the status. */
export function buildStatusAction({
  key,
  label,
  description,
  voided,
  change,
  unchangedMessage,
}: StatusAction) {
  return defineCreate({
    key,
    noun: 'Pass',
    display: { label, description },
    operation: {
      inputFields: [passDropdown],
      perform: (z: ZObject, bundle: Bundle) => {
        const serialNumber = readSerialNumber(z, bundle)
        return callService(z, bundle, async (client) => {
          const { unchanged } = await change(client, serialNumber)
          if (unchanged) throw createHalt(z, unchangedMessage)
          const pass = await client.getPass(serialNumber)
          const warnings = toWarnings([], ...listPhoneWarnings(pass))
          return { ...toPassOutput(z, pass), warnings }
        })
      },
      outputFields: [...passFieldsWithId, warningsField],
      sample: { ...passSample, voided, warnings: '' },
    },
  })
}
