import { randomUUID } from 'node:crypto'
import type { AppleCertificates } from '../apple/certificates/apple-certificates.ts'
import type { Identity } from '../apple/certificates/identity.ts'
import { buildPkpass } from '../apple/pkpass.ts'
import { createSigner } from '../apple/signing/sign.ts'
import { verifyPass } from '../apple/verify/verify-pass.ts'
import { type ChunkedBytes, joinChunks } from '../chunked-bytes.ts'
import { defaultIcon } from '../passes/images/default-icon.ts'
import { type Finding, findBroken } from './finding.ts'

/** Signs a sample pass with an identity, as the service would; returns what Wallet would refuse about it. */
export async function checkSamplePass(
  identity: Identity,
  now: Date,
  apple: AppleCertificates,
): Promise<Finding[]> {
  const { passTypeIdentifier: id } = identity
  try {
    const { findings } = verifyPass(joinChunks(await signSample(identity, now)), { now, apple })
    return findings
      .filter(({ level }) => level === 'refused')
      .map(({ message, fix }) =>
        findBroken('sample_refused', `${id}: Wallet refuses a sample pass: ${message}`, fix),
      )
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const message = `${id}: no pass can be signed with it (${reason})`
    const fix = 'Import its certificate and key again with passwright certs import FILE'
    return [findBroken('sample_unsigned', message, fix)]
  }
}

function signSample(identity: Identity, now: Date): Promise<ChunkedBytes> {
  const signPass = createSigner({ signer: 'native' })
  return buildPkpass(signPass, identity, {
    spec: { title: 'Passwright' },
    serialNumber: randomUUID(),
    voided: false,
    images: { icon: defaultIcon },
    updatedAt: now,
    owner: 'doctor',
  })
}
