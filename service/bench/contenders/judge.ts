import { verifyPass } from '../../src/apple/verify/verify-pass.ts'
import { readDevelopmentRoot } from '../../test/support/certificates/development-root.ts'
import { inspectPass } from '../../test/support/passes/verify-pass.ts'
import type { InterleaveOptions } from './contender.ts'

/** What Wallet forgives, although it is not what the standard says: passkit-generator has always done it. */
const forgiven = [/^signature: its signed attributes are not in DER order/, /^certtool: /]

/**
 * Judges passes with OpenSSL and GnuTLS (where they are installed), with PKI.js, and as `passwright
 * verify` does. Ours are forgiven nothing.
 */
export async function createJudge(identityFolder: string): Promise<InterleaveOptions['judge']> {
  const root = await readDevelopmentRoot(identityFolder)
  return async (name, pass) => {
    const { findings } = await inspectPass(pass, { root })
    const refused = verifyPass(Buffer.from(pass), { now: new Date() }).findings.filter(
      ({ level }) => level === 'refused',
    )
    const isOurs = name.startsWith('Passwright')
    const faults = [
      ...findings.filter((finding) => isOurs || !forgiven.some((each) => each.test(finding))),
      ...refused.map(({ path, message }) => `${path}: ${message}`),
    ]
    if (faults.length > 0) throw new Error(`A pass of ${name} is bad:\n${faults.join('\n')}`)
  }
}
