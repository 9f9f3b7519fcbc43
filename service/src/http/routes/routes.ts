import type { Express } from 'express'
import type { Context } from '../../context.ts'
import { assertRunning, type Lifecycle, refuseOtherMethods } from '../app.ts'
import { createMount } from '../endpoint.ts'
import { mountAccountRoutes } from './account.ts'
import { mountDeviceRoutes } from './devices.ts'
import { mountEmailRoutes } from './emails.ts'
import { mountGoogleRoutes } from './google.ts'
import { mountHealthRoutes } from './health.ts'
import { mountPassUpdateRoutes } from './pass-updates.ts'
import { mountPassRoutes } from './passes.ts'
import { mountPeopleRoutes } from './people.ts'
import { mountPublicRoutes } from './public.ts'
import { mountShareRoutes } from './share.ts'
import { mountSignupRoutes } from './signup.ts'
import { mountTemplateRoutes } from './templates.ts'
import { mountWebhookRoutes } from './webhooks.ts'

/** Mounts every route; only those of health on an instance that is a worker. */
export function mountRoutes(app: Express, ctx: Context, lifecycle: Lifecycle): void {
  const mount = createMount(app, ctx)
  mountHealthRoutes(mount, ctx, lifecycle)
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
  mountWebhookRoutes(mount, ctx)
  mountDeviceRoutes(app, mount, ctx)
  mountPublicRoutes(mount, ctx)
  mountGoogleRoutes(mount, ctx)
  mountShareRoutes(app, mount, ctx)
  refuseOtherMethods(app)
}
