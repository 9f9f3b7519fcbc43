import type { Express } from 'express'
import type { Context } from '../../context.ts'
import { loadReadyTemplates } from '../../templates/ready.ts'
import { loadAssets } from '../../web/assets/assets.ts'
import { listStarters } from '../../web/home/starters.ts'
import { assertRunning, type Lifecycle, refuseOtherMethods } from '../app.ts'
import { createMount } from '../endpoint.ts'
import { beginInTurns } from '../limits/loop-time.ts'
import { mountAccountRoutes } from './api/account.ts'
import { mountEmailRoutes } from './api/emails.ts'
import { mountMcpRoute } from './api/mcp.ts'
import { mountPassUpdateRoutes } from './api/pass-updates.ts'
import { mountPassRoutes } from './api/passes.ts'
import { mountPeopleRoutes } from './api/people.ts'
import { mountStatsRoutes } from './api/stats.ts'
import { mountTemplateRoutes } from './api/templates.ts'
import { mountWebhookRoutes } from './api/webhooks.ts'
import { mountHealthRoutes } from './health.ts'
import { mountMetricsRoute } from './metrics.ts'
import { mountDocsRoutes } from './pages/docs.ts'
import { mountPreviewRoute } from './pages/preview.ts'
import { mountPublicRoutes } from './pages/public.ts'
import { mountSampleRoute } from './pages/sample.ts'
import { mountShareRoutes } from './pages/share.ts'
import { mountSignupRoutes } from './pages/signup.ts'
import { mountDeviceRoutes } from './wallets/devices.ts'
import { mountGoogleRoutes } from './wallets/google.ts'

/** Mounts every route; only those of health and metrics on an instance that is a worker. */
export function mountRoutes(app: Express, ctx: Context, lifecycle: Lifecycle): void {
  const mount = createMount(app, ctx)
  mountHealthRoutes(mount, ctx, lifecycle)
  mountMetricsRoute(mount, ctx)
  app.use(beginInTurns())
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
