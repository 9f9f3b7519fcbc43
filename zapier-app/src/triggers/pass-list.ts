import { samplePass, toPassName } from '@passwright/shared'
import { type Bundle, defineTrigger, type ZObject } from 'zapier-platform-core'
import { callService } from '../transport.ts'

/** The hidden trigger that fills the dropdowns of passes, newest first. */
export const passList = defineTrigger({
  key: 'pass_list',
  noun: 'Pass',
  display: {
    label: 'List of Passes',
    description: 'Triggers when a dropdown lists the passes.',
    hidden: true,
  },
  operation: {
    type: 'polling',
    canPaginate: true,
    perform,
    outputFields: [
      { key: 'id', label: 'Pass ID', type: 'string', primary: true },
      { key: 'label', label: 'Pass', type: 'string' },
    ],
    sample: {
      id: samplePass.serialNumber,
      label: toPassName(samplePass),
    },
  },
})

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
    return passes.map((pass) => ({ id: pass.serialNumber, label: toPassName(pass) }))
  })
}
