/** A folder, or a file outside of one, and what its files may import. */
export interface FolderRule {
  /** Folders and files of `service/src` besides itself and `everywhere`. */
  imports: readonly string[]
  because: string
}

/** What every folder of the service may import. */
export const everywhere = [
  'concurrency',
  'db',
  'log',
  'text',
  'version',
  'config-error',
  'private-files',
  'random',
  'chunked-bytes',
] as const

/**
 * Who may import whom in `service/src`, types included. A subfolder has its parent's rule. Every folder
 * may also import the type of the context, and `@passwright/shared`.
 */
export const folders: Record<string, FolderRule> = {
  main: {
    imports: ['startup', 'config', 'context'],
    because: 'main.ts only starts the service: what happens at a start is in startup/.',
  },
  config: {
    imports: ['apple', 'email', 'google', 'net'],
    because: 'config.ts parses settings with the parsers of the folders that use them.',
  },
  context: {
    imports: [
      'accounts',
      'apple',
      'config',
      'email',
      'google',
      'metrics',
      'net',
      'passes',
      'stats',
    ],
    because: 'context.ts is the only place that constructs things, so it knows all constructors.',
  },
  'job-handlers': {
    imports: [
      'email',
      'google',
      'google-sync',
      'jobs',
      'pass-email',
      'people',
      'rollout',
      'signup',
      'web-service',
      'webhooks',
    ],
    because: 'job-handlers.ts is the only file that knows both jobs and domains.',
  },
  startup: {
    imports: [
      'accounts',
      'apple',
      'config',
      'http',
      'identities',
      'job-handlers',
      'jobs',
      'people',
    ],
    because: 'startup/ puts the parts together; nothing but main.ts and cli/ imports it.',
  },
  cli: {
    imports: [
      'accounts',
      'apple',
      'backup',
      'config',
      'context',
      'doctor',
      'email',
      'google-sync',
      'identities',
      'job-handlers',
      'jobs',
      'main',
      'pass-email',
      'passes',
      'people',
      'rollout',
      'startup',
      'templates',
    ],
    because: 'The command line calls the functions of the domains, as http/ does.',
  },
  backup: {
    imports: ['accounts', 'config', 'jobs'],
    because: 'backup/ packs the files of an installation; only cli/ asks it.',
  },
  doctor: {
    imports: ['apple', 'config', 'devices', 'email', 'net', 'passes'],
    because:
      'doctor/ examines an installation with the functions of the service; only cli/ asks it.',
  },
  http: {
    imports: [
      'accounts',
      'apple',
      'devices',
      'email',
      'events',
      'google',
      'google-sync',
      'job-handlers',
      'jobs',
      'mcp',
      'pass-email',
      'passes',
      'people',
      'rollout',
      'signup',
      'templates',
      'stats',
      'web',
      'web-service',
      'webhooks',
    ],
    because: 'http/ turns requests into calls of the domains; nothing but startup/ imports it.',
  },
  identities: {
    imports: ['accounts', 'apple', 'events'],
    because:
      'identities/ ties certificates, which know no database, to the database and to events.',
  },
  'pass-email': {
    imports: ['accounts', 'apple', 'email', 'events', 'jobs', 'passes', 'web'],
    because: 'The email with a pass knows passes and email, so that neither knows the other.',
  },
  signup: {
    imports: ['accounts', 'email', 'jobs'],
    because: 'A key by email needs accounts and email, and no pass.',
  },
  passes: {
    imports: ['accounts', 'apple', 'devices', 'email', 'events', 'google', 'net', 'templates'],
    because: 'passes/ stores, renders and changes passes; pages, emails and HTTP are built on it.',
  },
  people: {
    imports: [
      'accounts',
      'devices',
      'email',
      'events',
      'google',
      'jobs',
      'passes',
      'signup',
      'webhooks',
    ],
    because:
      'people/ collects and forgets what the other folders hold of a person; none of them knows it.',
  },
  templates: {
    imports: ['accounts'],
    because: 'templates/ fills in bodies and stores them as designed; it knows no pass.',
  },
  rollout: {
    imports: ['accounts', 'events', 'jobs', 'passes', 'templates'],
    because: 'A rollout applies a template to its passes by jobs, so that neither knows jobs.',
  },
  'web-service': {
    imports: ['apple', 'devices', 'events', 'jobs', 'passes'],
    because: 'web-service/ answers phones and pushes to them: it knows passes and devices.',
  },
  devices: {
    imports: ['jobs'],
    because: 'devices/ knows who follows which serial number, and queues pushes; it knows no pass.',
  },
  events: {
    imports: ['stats', 'webhooks'],
    because:
      'An event is counted and queues its deliveries; what published it is none of its business.',
  },
  mcp: {
    imports: [],
    because: 'The tools for agents call our own API over HTTP, so that all its checks hold.',
  },
  stats: {
    imports: [],
    because: 'stats/ counts what events and pages report; it knows no pass.',
  },
  webhooks: {
    imports: ['accounts', 'jobs', 'net'],
    because: 'webhooks/ delivers events that it is handed; it never asks where they come from.',
  },
  email: {
    imports: ['accounts', 'jobs'],
    because: 'email/ sends messages and knows no pass.',
  },
  web: {
    imports: ['apple', 'google', 'passes'],
    because: 'web/ draws pages from values: no database, no request, no signing.',
  },
  apple: {
    imports: ['net'],
    because: "apple/ is everything that is Apple's; it knows no database and nothing of ours.",
  },
  'google-sync': {
    imports: ['apple', 'config', 'events', 'google', 'jobs', 'passes'],
    because:
      'google-sync/ keeps what Google holds like our passes: it knows passes and Google, so that neither knows the other.',
  },
  google: {
    imports: ['apple', 'jobs', 'net'],
    because:
      "google/ is everything that is Google's, made from what Apple's pass says; it queues jobs, and knows no pass of ours.",
  },
  metrics: {
    imports: ['accounts', 'apple', 'jobs'],
    because: 'metrics/ counts for Prometheus; what it counts calls it through the context.',
  },
  accounts: {
    imports: [],
    because: 'Keys, plans and quotas are below everything that they limit.',
  },
  jobs: {
    imports: [],
    because: 'jobs/ knows no domain: the queues and their handlers are handed to the worker.',
  },
  net: {
    imports: [],
    because: 'net/ reaches the outside world and knows nothing of what for.',
  },
  concurrency: { imports: [], because: 'concurrency/ is below everything.' },
  text: { imports: [], because: 'text/ is below everything.' },
  db: { imports: [], because: 'db/ knows tables, and no domain that uses them.' },
  log: { imports: [], because: 'log.ts is below everything.' },
  version: { imports: [], because: 'version.ts is below everything.' },
  'config-error': { imports: [], because: 'config-error.ts is below everything.' },
  'private-files': { imports: [], because: 'private-files.ts is below everything.' },
  'chunked-bytes': { imports: [], because: 'chunked-bytes.ts is below everything.' },
}

/** A package that only some files of the service may import, types included. */
export interface VendorRule {
  packages: readonly string[]
  /** Folders or files of `service/src`. */
  only: readonly string[]
  because: string
}

/** Each vendor has one door. */
export const vendors: readonly VendorRule[] = [
  {
    packages: ['express'],
    only: ['http'],
    because:
      'Only http/ knows Express: give it a function to call, and keep requests and replies there.',
  },
  {
    packages: ['passkit-generator'],
    only: ['apple/signing/passkit-generator.ts'],
    because: 'Only one file knows passkit-generator: everything else asks for a signed pass.',
  },
  {
    packages: ['nodemailer'],
    only: ['email/mailer.ts'],
    because: 'Only email/mailer.ts knows nodemailer: everything else hands it a message.',
  },
  {
    packages: ['sharp'],
    only: ['passes/images/render.ts'],
    because:
      'Only render.ts knows sharp, with the limits that make it safe for images of strangers.',
  },
  {
    packages: ['pg', 'node:sqlite'],
    only: ['db'],
    because: 'Only db/ knows the drivers: everything else queries through Kysely.',
  },
  {
    packages: ['@modelcontextprotocol/sdk'],
    only: ['mcp/server.ts'],
    because: 'Only server.ts knows the protocol: the tools are functions of the API.',
  },
  {
    packages: ['prom-client'],
    only: ['metrics'],
    because: 'Only metrics/ knows Prometheus: everything else reports what happened.',
  },
  {
    packages: ['age-encryption', 'tar'],
    only: ['backup/sealed-file.ts'],
    because: 'Only sealed-file.ts knows the format of a backup: everything else hands it a folder.',
  },
  {
    packages: ['bwip-js'],
    only: ['web/barcodes/draw.ts'],
    because:
      'Only draw.ts knows bwip-js: everything else asks web/barcode-svg.ts for a drawing, which comes from a thread.',
  },
  {
    packages: ['marked'],
    only: ['web/docs/markdown.ts'],
    because: 'Only markdown.ts knows marked: pages ask it for HTML.',
  },
  {
    packages: ['@peculiar/x509', 'reflect-metadata'],
    only: ['apple/certificates/x509.ts'],
    because: 'Only x509.ts knows the certificate library, which needs a polyfill loaded before it.',
  },
  {
    packages: ['undici', 'node:http', 'node:https', 'node:http2', 'node:tls', 'node:dgram'],
    only: ['net', 'http', 'startup'],
    because: 'Only net/ opens connections to others: it refuses addresses that are not public.',
  },
]

/** What the other parts of the repository may import: a pattern of each kind of import. */
export interface PackageRule {
  /** Paths that begin so. */
  path: string
  /** Matches what may be imported, as it is written. */
  allowed: RegExp
  because: string
}

export const packages: readonly PackageRule[] = [
  {
    path: 'shared/src/portable/',
    allowed: /^\.{1,2}\/(?:(?:api|fields|forms)\/)?[\w-]+\.ts$/,
    because:
      'portable/ runs inside n8n and Zapier: it imports its own files and nothing else, not even types.',
  },
  {
    path: 'shared/src/schema/',
    allowed: /^(?:zod|@passwright\/shared|(?:\.{1,2}\/)+(?:portable\/)?(?:[\w-]+\/)*[\w-]+\.ts)$/,
    because:
      'schema/ is what the service validates with: it imports portable/ and zod, and nothing else.',
  },
  {
    path: 'n8n-node/nodes/',
    allowed: /^(?:n8n-workflow|node:crypto|\.{1,2}\/(?!.*(?:shared\/src|service)\/).*)$/,
    because:
      'The node builds alone: it imports its own files, n8n-workflow and node:crypto; "npm run sync" copies portable/.',
  },
  {
    path: 'n8n-node/credentials/',
    allowed: /^(?:n8n-workflow|\.{1,2}\/(?!.*(?:shared\/src|service)\/).*)$/,
    because: 'The credential builds alone: it imports its own files and n8n-workflow.',
  },
  {
    path: 'zapier-app/src/',
    allowed:
      /^(?:zapier-platform-core|@passwright\/shared|\.{1,2}\/(?!.*(?:shared\/src|service)\/).*)$/,
    because:
      'The Zapier app is bundled: it imports its own files, @passwright/shared and zapier-platform-core.',
  },
  {
    path: 'service/setup/',
    allowed: /^(?:node:[\w/]+|\.\/[\w-]+\.mjs)$/,
    because:
      'setup/ runs before anything is installed: it imports Node and its own files, and nothing else.',
  },
  {
    path: 'service/src/',
    allowed: /^(?!.*(?:shared\/src|zapier-app|n8n-node|\/test\/)).*$/,
    because: "Import '@passwright/shared': the files inside other packages may move.",
  },
]

/** A repository belongs to its folder: others call the folder's functions. */
export const repositories = {
  file: /(?:^|\/)(?:[\w-]+-)?repository\.ts$/,
  because: "A repository belongs to its folder: others call that folder's functions.",
}

/** The one file whose type everything may import, though it imports almost everything. */
export const contextFile = 'context.ts'
