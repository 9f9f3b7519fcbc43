import type { Pass } from '@passwright/shared'
import type { Bundle, ZObject } from 'zapier-platform-core'
import { callService } from '../transport.ts'

/** The hidden trigger that fills the dropdowns of passes, newest first. */
export const passList = {
  key: 'pass_list',
  noun: 'Pass',
  display: {
    label: 'List of Passes',
    description: 'Triggers when a dropdown lists the passes.',
    hidden: true,
  },
  operation: {
    type: 'polling' as const,
    canPaginate: true,
    perform,
    outputFields: [
      { key: 'id', label: 'Pass ID', type: 'string' as const, primary: true },
      { key: 'label', label: 'Pass', type: 'string' as const },
    ],
    sample: {
      id: '6f1c2a54-9d0e-4c8f-8f7e-2b1d9a3c5e70',
      label: 'Riverside Climbing Club, member-1042, ada@example.com',
    },
  },
}

async function perform(z: ZObject, bundle: Bundle) {
  const cursor = bundle.meta.page ? await z.cursor.get() : undefined
  // The last page stored no cursor.
  if (bundle.meta.page && !cursor) return []
  return callService(z, bundle, async (client) => {
    const { passes, nextCursor } = await client.listPasses({
      limit: 100,
      deleted: false,
      ...(cursor && { cursor }),
    })
    await z.cursor.set(nextCursor ?? '')
    return passes.map((pass) => ({ id: pass.serialNumber, label: describePass(pass) }))
  })
}

/** What tells passes with the same title apart: the own ID or barcode, and the recipient or the day. */
function describePass({ title, externalId, barcodeValue, email, createdAt }: Pass): string {
  return [title, externalId ?? barcodeValue, email?.to ?? createdAt.slice(0, 10)]
    .filter((part) => part)
    .join(', ')
}
