import { operations } from '@passwright/shared/schema'
import type { Express } from 'express'
import { remember } from '../../concurrency/remember.ts'
import type { Context } from '../../context.ts'
import { queues } from '../../job-handlers.ts'
import { createApp } from '../app.ts'
import { createMount, type Mount } from '../endpoint.ts'
import { createNotFound } from '../errors.ts'
import { buildTextReply } from '../reply.ts'

/** Prometheus's page at the service's own port; 404 where METRICS is off or has a port of its own. */
export function mountMetricsRoute(mount: Mount, ctx: Context): void {
  mountPage(mount, ctx.config.metrics === 'on' ? ctx : undefined)
}

/** Creates the application of the port that METRICS names: nothing but the page. */
export function createMetricsApp(ctx: Context): Express {
  return createApp(ctx, (app) => mountPage(createMount(app, ctx), ctx))
}

function mountPage(mount: Mount, ctx: Context | undefined): void {
  const render = ctx && remember(() => ctx.metrics.render(ctx, queues), ctx.now, 1_000)
  mount(operations.metrics, async () => {
    const rendered = await render?.()
    if (!rendered) throw createNotFound()
    return buildTextReply(rendered.contentType, rendered.text)
  })
}
