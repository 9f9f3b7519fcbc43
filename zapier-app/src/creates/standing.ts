import type { Client, VoidedPass } from '@passwright/shared'
import type { Bundle, ZObject } from 'zapier-platform-core'
import { passChoice } from '../pass-choice.ts'
import { passFieldsWithId, passOutput, passSample } from '../pass-output.ts'
import { type PassFile, passwright } from '../transport.ts'

interface Standing {
  key: string
  label: string
  description: string
  voided: boolean
  change: (client: Client<PassFile>, serialNumber: string) => Promise<VoidedPass>
  /** Said when the pass is so already: nothing went wrong, and nothing is left to do. */
  already: string
}

/** A step that makes a pass void or valid; where it is so already, the run ends there. */
function standingStep({ key, label, description, voided, change, already }: Standing) {
  return {
    key,
    noun: 'Pass',
    display: { label, description },
    operation: {
      inputFields: [passChoice],
      perform: (z: ZObject, bundle: Bundle) => {
        const { serialNumber } = bundle.inputData as { serialNumber: string }
        return passwright(z, bundle, async (client) => {
          const { unchanged } = await change(client, serialNumber)
          if (unchanged) throw new z.errors.HaltedError(already)
          return passOutput(z, await client.getPass(serialNumber))
        })
      },
      outputFields: passFieldsWithId,
      sample: { ...passSample, voided },
    },
  }
}

/** Wallet shows the pass as no longer valid. */
export const voidPass = standingStep({
  key: 'void_pass',
  label: 'Void Pass',
  description: 'Voids a pass, so that Wallet shows it as no longer valid.',
  voided: true,
  change: (client, serialNumber) => client.voidPass(serialNumber),
  already: 'This pass is void already.',
})

/** Takes the voiding back. */
export const reactivatePass = standingStep({
  key: 'reactivate_pass',
  label: 'Reactivate Pass',
  description: 'Reactivates a pass that was voided.',
  voided: false,
  change: (client, serialNumber) => client.unvoidPass(serialNumber),
  already: 'This pass is valid already.',
})
