import { Problem } from '@passwright/shared'
import { isSameToken, parseApplePassToken } from '../apple/web-service/token.ts'
import type { Context } from '../context.ts'
import { findWalletPass, type WalletPass } from '../passes/store/wallet-pass.ts'

/**
 * Returns the pass whose authentication token a request presents in its `Authorization` headers. Throws
 * `pass_unauthorized`, also for a pass that is not there, so that nobody learns which passes are.
 */
export async function authenticatePass(
  { db }: Pick<Context, 'db'>,
  named: Pick<WalletPass, 'passTypeIdentifier' | 'serialNumber'>,
  authorization: readonly string[],
): Promise<WalletPass> {
  const token = parseApplePassToken(authorization)
  const pass = token === undefined ? undefined : await findWalletPass(db, named)
  if (pass && isSameToken(pass.authenticationToken, token ?? '')) return pass
  throw new Problem(
    'pass_unauthorized',
    'Send the authenticationToken of this pass: Authorization: ApplePass <token>',
  )
}

/** Throws `not_found` for a pass of which nothing is left but that it was deleted. */
export function assertNotCleared({ isCleared }: Pick<WalletPass, 'isCleared'>): void {
  if (isCleared) throw new Problem('not_found', 'The pass was deleted')
}
