import { randomUUID } from 'node:crypto'
import type { Identity } from '../apple/certificates/identity.ts'
import { buildPkpass } from '../apple/pkpass.ts'
import { createSigner } from '../apple/signing/sign.ts'
import { defaultIcon } from '../passes/images/default-icon.ts'
import { type Finding, findBroken } from './finding.ts'

/** Signs a sample pass with an identity, as the service would; returns what Wallet would refuse about it. */
export async function checkSamplePass(identity: Identity, now: Date): Promise<Finding[]> {
  const signPass = createSigner({ signer: 'native' })
  try {
    await buildPkpass(signPass, identity, {
      spec: { title: 'Passwright' },
      serialNumber: randomUUID(),
      voided: false,
      images: { icon: defaultIcon },
      updatedAt: now,
      owner: 'doctor',
    })
    return []
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const message = `${identity.passTypeIdentifier}: no pass can be signed with it (${reason})`
    const fix = 'Import its certificate and key again with passwright certs import FILE'
    return [findBroken('sample_unsigned', message, fix)]
  }
}
