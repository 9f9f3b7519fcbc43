import { operations } from '@passwright/shared/schema'
import type { ApiKey } from '../../../accounts/api-key.ts'
import type { Context } from '../../../context.ts'
import { checkTemplate } from '../../../passes/create/check-template.ts'
import { applyTemplate } from '../../../rollout/apply.ts'
import { dropRollout, findRollout, findRollouts, restartRollout } from '../../../rollout/rollout.ts'
import {
  type TemplateRecord,
  toApiTemplate,
  toTemplateSummary,
} from '../../../templates/store/template.ts'
import {
  createTemplate,
  deleteTemplate,
  getTemplate,
  listTemplates,
  readExpectedVersion,
  resolveTemplate,
  updateTemplate,
} from '../../../templates/templates.ts'
import type { Mount } from '../../endpoint.ts'
import { buildJsonReply, noContentReply, toETag } from '../../reply.ts'

/** Templates, and applying them to the passes that were made from them. */
export function mountTemplateRoutes(mount: Mount, ctx: Context): void {
  const load = (key: ApiKey, { templateId }: { templateId: string }) =>
    getTemplate(ctx, key, templateId)
  const toReply = async (status: number, record: TemplateRecord) => {
    const rollout = await findRollout(ctx.db, record.templateId)
    const headers = { ETag: toETag(String(record.version)) }
    return buildJsonReply(status, toApiTemplate(record, rollout), headers)
  }

  mount(operations.createTemplate, async ({ key, body }) => {
    const template = resolveTemplate(body)
    await checkTemplate(ctx, key, template)
    return toReply(201, await createTemplate(ctx, key, template))
  })
  mount(operations.listTemplates, async ({ key }) => {
    const records = await listTemplates(ctx, key)
    const rollouts = await findRollouts(ctx.db, key.id)
    const templates = records.map((record) =>
      toTemplateSummary(record, rollouts.get(record.templateId)),
    )
    return buildJsonReply(200, { templates })
  })
  mount(operations.getTemplate, async ({ loaded }) => toReply(200, loaded), { load })
  mount(
    operations.updateTemplate,
    async ({ key, loaded, body, ifMatch }) => {
      const template = resolveTemplate(body)
      await checkTemplate(ctx, key, template)
      const record = await updateTemplate(ctx, key, loaded.templateId, template, {
        expectedVersion: readExpectedVersion(body, ifMatch),
        onStore: (trx, changed) => restartRollout(trx, changed, ctx.now()),
      })
      return toReply(200, record)
    },
    { load },
  )
  mount(
    operations.deleteTemplate,
    async ({ key, loaded, ifMatch }) => {
      await deleteTemplate(ctx, key, loaded.templateId, {
        expectedVersion: ifMatch,
        onStore: (trx, { templateId }) => dropRollout(trx, templateId),
      })
      return noContentReply
    },
    { load },
  )
  mount(
    operations.applyTemplate,
    async ({ key, loaded }) =>
      buildJsonReply(202, { rollout: await applyTemplate(ctx, key, loaded.templateId) }),
    { load },
  )
}
