import type { Pass } from '../../portable/api/passes'
import type { OperationContext } from '../operation'

/** Gets what every result tells of a pass: title, own ID, barcode value, expiration, status, links, metadata; not all that it says, which only Get returns. */
export async function getPassSummary(
  { client }: OperationContext,
  serialNumber: string,
): Promise<Pass> {
  const details = Object.entries(await client.getPass(serialNumber))
  return Object.fromEntries(details.filter(([key]) => key !== 'pass')) as unknown as Pass
}
