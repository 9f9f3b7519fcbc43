import { type Client, type Pass, Problem } from '@passwright/shared'

/** What a reference to a pass fits: one, or several of which the caller must choose one. */
export type FoundPass = { serialNumber: string } | { several: readonly Pass[] }

const serialNumber = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
/** How many are shown when several fit. */
const MAX_SHOWN = 20

/**
 * Finds the pass that a serial number, an own id or the email address of its holder refers to; throws
 * `not_found` when there is none.
 */
export async function findPassByReference(
  api: Client<unknown>,
  reference: string,
): Promise<FoundPass> {
  if (serialNumber.test(reference) && (await isSerialNumber(api, reference))) {
    return { serialNumber: reference }
  }
  const filters = [
    { externalId: reference },
    ...(reference.includes('@') ? [{ email: reference, deleted: false }] : []),
  ]
  for (const filter of filters) {
    const { passes } = await api.listPasses({ ...filter, limit: MAX_SHOWN })
    const [first, ...others] = passes
    if (first) return others.length === 0 ? first : { several: passes }
  }
  throw new Problem(
    'not_found',
    `There is no pass with this serial number, own id or email address: ${reference}`,
  )
}

async function isSerialNumber(api: Client<unknown>, reference: string): Promise<boolean> {
  try {
    await api.getPass(reference)
    return true
  } catch (error) {
    // An own id may look like a serial number.
    if (error instanceof Problem && error.code === 'not_found') return false
    throw error
  }
}
