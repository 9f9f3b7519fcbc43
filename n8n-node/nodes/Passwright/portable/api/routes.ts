// A copy of shared/src/portable/api/routes.ts, made by "npm run sync": change it there.

/** Every route of the service: method and path, parameters as `:name`. */
export const routes = {
  createPkpass: 'POST /api/pkpass',
  createPass: 'POST /api/passes',
  listPasses: 'GET /api/passes',
  getPass: 'GET /api/passes/:serialNumber',
  replacePass: 'PUT /api/passes/:serialNumber',
  patchPass: 'PATCH /api/passes/:serialNumber',
  deletePass: 'DELETE /api/passes/:serialNumber',
  replacePkpass: 'PUT /api/pkpass/:serialNumber',
  patchPkpass: 'PATCH /api/pkpass/:serialNumber',
  voidPass: 'POST /api/passes/:serialNumber/void',
  unvoidPass: 'POST /api/passes/:serialNumber/unvoid',
  sendMessage: 'POST /api/passes/:serialNumber/message',
  adjustPass: 'POST /api/passes/:serialNumber/adjust',
  sendEmail: 'POST /api/passes/:serialNumber/email',
  getEmail: 'GET /api/emails/:emailId',
  exportPerson: 'GET /api/people',
  forgetPerson: 'DELETE /api/people',
  createTemplate: 'POST /api/templates',
  listTemplates: 'GET /api/templates',
  getTemplate: 'GET /api/templates/:templateId',
  updateTemplate: 'PUT /api/templates/:templateId',
  deleteTemplate: 'DELETE /api/templates/:templateId',
  applyTemplate: 'POST /api/templates/:templateId/apply',
  requestKey: 'POST /api/keys/request',
  getUsage: 'GET /api/auth/usage',
  getStats: 'GET /api/stats',
  listEvents: 'GET /api/events',
  createWebhook: 'POST /api/webhooks',
  listWebhooks: 'GET /api/webhooks',
  getWebhook: 'GET /api/webhooks/:webhookId',
  changeWebhook: 'PATCH /api/webhooks/:webhookId',
  deleteWebhook: 'DELETE /api/webhooks/:webhookId',
  testWebhook: 'POST /api/webhooks/:webhookId/test',
  rotateWebhook: 'POST /api/webhooks/:webhookId/rotate',
  listDeliveries: 'GET /api/webhooks/:webhookId/deliveries',
  retryDelivery: 'POST /api/webhooks/:webhookId/deliveries/:deliveryId/retry',
  registerDevice:
    'POST /apple/v1/devices/:deviceLibraryIdentifier/registrations/:passTypeIdentifier/:serialNumber',
  unregisterDevice:
    'DELETE /apple/v1/devices/:deviceLibraryIdentifier/registrations/:passTypeIdentifier/:serialNumber',
  listUpdatedPasses:
    'GET /apple/v1/devices/:deviceLibraryIdentifier/registrations/:passTypeIdentifier',
  getLatestPass: 'GET /apple/v1/passes/:passTypeIdentifier/:serialNumber',
  logDeviceErrors: 'POST /apple/v1/log',
  downloadPass: 'GET /p/:token.pkpass',
  addPass: 'GET /p/:token/add',
  saveToGoogle: 'GET /p/:token/google',
  sharePage: 'GET /p/:token',
  googleImage: 'GET /images/:hash.png',
  googleCallback: 'POST /google/callback',
  home: 'GET /',
  preview: 'POST /preview',
  samplePass: 'GET /sample.pkpass',
  statsPage: 'GET /stats',
  docs: 'GET /docs',
  docsMarkdown: 'GET /docs/:name.md',
  docsPage: 'GET /docs/:name',
  llms: 'GET /llms.txt',
  asset: 'GET /assets/:version/:folder/:file',
  requestKeyForm: 'POST /keys',
  callMcp: 'POST /mcp',
  health: 'GET /health',
  ready: 'GET /ready',
  metrics: 'GET /metrics',
  openapi: 'GET /openapi.json',
  robots: 'GET /robots.txt',
} as const

export type RouteName = keyof typeof routes
export type Route = (typeof routes)[RouteName]

/** `'GET /api/passes/:serialNumber'` → `{ serialNumber: string }`. */
export type RouteParams<R extends string> = { [Name in ParamNames<R>]: string }

type ParamNames<R extends string> = R extends `${infer Segment}/${infer Rest}`
  ? SegmentParam<Segment> | ParamNames<Rest>
  : SegmentParam<R>
type SegmentParam<S extends string> = S extends `:${infer Name}.${string}`
  ? Name
  : S extends `:${infer Name}`
    ? Name
    : never

/** Splits a route into its method and its path. */
export function parseRoute(route: string): { method: string; path: string } {
  const [method = '', path = ''] = route.split(' ')
  return { method, path }
}

/** Builds the path of a route from its parameters, each escaped. */
export function buildPath<R extends Route>(route: R, params: RouteParams<R>): string {
  const values: Record<string, string> = params
  return parseRoute(route).path.replace(/:([A-Za-z]+)/g, (_, name: string) =>
    encodeURIComponent(values[name] ?? ''),
  )
}
