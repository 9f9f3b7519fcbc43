import type { Express } from 'express'
import type { Context } from '../../context.ts'
import { loadReadyTemplates } from '../../templates/ready.ts'
import { loadAssets } from '../../web/assets/assets.ts'
import { listStarters } from '../../web/home/starters.ts'
import { assertRunning, type Lifecycle, refuseOtherMethods } from '../app.ts'
import { createMount } from '../endpoint.ts'
import { mountAccountRoutes } from './account.ts'
import { mountDeviceRoutes } from './devices.ts'
import { mountDocsRoutes } from './docs.ts'
import { mountEmailRoutes } from './emails.ts'
import { mountGoogleRoutes } from './google.ts'
import { mountHealthRoutes } from './health.ts'
import { mountMcpRoute } from './mcp.ts'
import { mountMetricsRoute } from './metrics.ts'
import { mountPassUpdateRoutes } from './pass-updates.ts'
import { mountPassRoutes } from './passes.ts'
import { mountPeopleRoutes } from './people.ts'
import { mountPreviewRoute } from './preview.ts'
import { mountPublicRoutes } from './public.ts'
import { mountSampleRoute } from './sample.ts'
import { mountShareRoutes } from './share.ts'
import { mountSignupRoutes } from './signup.ts'
import { mountStatsRoutes } from './stats.ts'
import { mountTemplateRoutes } from './templates.ts'
import { mountWebhookRoutes } from './webhooks.ts'

/** Mounts every route; only those of health and metrics on an instance that is a worker. */
export function mountRoutes(app: Express, ctx: Context, lifecycle: Lifecycle): void {
  const mount = createMount(app, ctx)
  mountHealthRoutes(mount, ctx, lifecycle)
  mountMetricsRoute(mount, ctx)
  if (ctx.config.role === 'worker') return
  app.use(['/api', '/p', '/keys', '/apple', '/google', '/images'], (_request, _response, next) => {
    if (lifecycle.phase === 'starting') assertRunning(lifecycle)
    next()
  })
  mountPassRoutes(mount, ctx)
  mountPassUpdateRoutes(mount, ctx)
  mountEmailRoutes(mount, ctx)
  mountPeopleRoutes(mount, ctx)
  mountSignupRoutes(mount, ctx)
  mountAccountRoutes(mount, ctx)
  mountTemplateRoutes(mount, ctx)
  mountStatsRoutes(mount, ctx)
  mountWebhookRoutes(mount, ctx)
  mountDeviceRoutes(app, mount, ctx)
  mountGoogleRoutes(mount, ctx)
  if (ctx.config.mcp) mountMcpRoute(mount, ctx)
  mountPreviewRoute(mount, ctx)
  const assets = loadAssets({ 'editor/starters.json': listStarters(loadReadyTemplates()) })
  mountPublicRoutes(mount, ctx, assets)
  mountSampleRoute(mount, ctx)
  mountDocsRoutes(mount, ctx, assets)
  mountShareRoutes(app, mount, ctx)
  refuseOtherMethods(app, ctx.config)
}
