import { operations } from '@passwright/shared/schema'
import { assertIdentityValid, selectDefaultIdentity } from '../../../apple/certificates/identity.ts'
import { buildPkpass } from '../../../apple/pkpass.ts'
import type { ChunkedBytes } from '../../../chunked-bytes.ts'
import { createSharing } from '../../../concurrency/sharing.ts'
import type { Context } from '../../../context.ts'
import { resolveContent } from '../../../passes/content/resolve.ts'
import { defaultIcon } from '../../../passes/images/default-icon.ts'
import { samplePass } from '../../../web/home/sample.ts'
import type { Mount } from '../../endpoint.ts'
import { buildFileReply } from '../../reply.ts'

/**
 * The sample pass of the home page, for those without a key. It is one file, signed once for each
 * certificate: nothing is stored or counted, and it never changes on a phone.
 */
export function mountSampleRoute(mount: Mount, ctx: Context): void {
  const share = createSharing<ChunkedBytes>()
  let last: { certificate: string; file: ChunkedBytes } | undefined

  mount(operations.samplePass, async () => {
    const identity = selectDefaultIdentity(ctx.identities(), ctx.config.defaultPassTypeId)
    assertIdentityValid(identity, ctx.now())
    const certificate = identity.certificate.fingerprint
    if (last?.certificate !== certificate) {
      const file = await share(certificate, () =>
        buildPkpass(ctx.signPass, identity, {
          spec: resolveContent(samplePass, {}, ctx.now()).spec,
          serialNumber: 'sample',
          voided: false,
          images: { icon: defaultIcon },
          updatedAt: ctx.now(),
          owner: 'sample',
        }),
      )
      last = { certificate, file }
    }
    const { file } = last
    return buildFileReply(200, { serialNumber: 'sample', content: file }, 'sample.pkpass', {
      ...(identity.development ? { 'X-Passwright-Identity': 'development' } : {}),
    })
  })
}
