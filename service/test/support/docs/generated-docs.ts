import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { events, parseRoute, problems, scopes } from '@passwright/shared'
import { type Operation, operations } from '@passwright/shared/schema'
import { findingRows } from '../../../src/apple/verify/report/findings.ts'
import { messagePlaceholders } from '../../../src/email/templates/messages.ts'
import { buildTable } from './markdown.ts'

const commandLine = fileURLToPath(new URL('../../../src/cli/passwright.ts', import.meta.url))
const proofRunner = fileURLToPath(new URL('../../../proof/run.ts', import.meta.url))

/** The generated blocks of each page in `service/docs`, by the name of the page and of the block. */
export const generatedDocs: Readonly<Record<string, () => Record<string, string>>> = {
  'routes.md': () => ({
    passes: buildRouteTable(/^\/api\/(passes|pkpass|emails)/),
    templates: buildRouteTable(/^\/api\/templates/),
    account: buildRouteTable(/^\/(api\/(auth|keys|events|stats)|keys)/),
    scopes: buildScopeTable(),
    people: buildRouteTable(/^\/api\/people/),
    webhooks: buildRouteTable(/^\/api\/webhooks/),
    devices: buildRouteTable(/^\/apple\//),
    google: buildRouteTable(/^\/(p\/:token\/|google\/|images\/)/),
    public: buildRouteTable(/^\/(?!api\/|apple\/|keys|google\/|images\/|p\/:token\/)/),
    errors: buildErrorTable(),
  }),
  'webhooks.md': () => ({
    webhooks: buildRouteTable(/^\/api\/webhooks/),
    events: buildEventTable(),
  }),
  'verify.md': () => ({ findings: buildFindingTable() }),
  'mail.md': () => ({ messages: buildMessageTable() }),
  'commands.md': () => ({
    commands: buildCommandTable(),
    proofs: buildProofTable('proof'),
    benchmarks: buildProofTable('bench'),
  }),
}

/** The operations whose path matches: request, summary, the scope where one is needed, and the statuses of success. */
function buildRouteTable(paths: RegExp): string {
  const served = Object.values<Operation>(operations).filter(({ route }) =>
    paths.test(parseRoute(route).path),
  )
  const hasScopes = served.some(({ scope }) => scope !== undefined)
  const rows = served.map(({ route, summary, scope, replies }) => [
    `\`${formatRoute(route)}\``,
    summary,
    ...(hasScopes ? [scope === undefined ? 'any' : `\`${scope}\``] : []),
    Object.keys(replies).join(', '),
  ])
  return buildTable(['request', 'what it does', ...(hasScopes ? ['scope'] : []), 'status'], rows)
}

/** `GET /api/passes/:serialNumber` → `GET /api/passes/<serial>`. */
export function formatRoute(route: string): string {
  return route
    .replace(':serialNumber', '<serial>')
    .replace(':deviceLibraryIdentifier', '<device>')
    .replace(':passTypeIdentifier', '<type>')
    .replace(/:(?:email|webhook|template)Id/, '<id>')
    .replace(/:([a-z]+?)(?:Id)?(?![A-Za-z])/g, '<$1>')
}

function buildScopeTable(): string {
  const rows = Object.entries(scopes).map(([name, { help }]) => [`\`${name}\``, help])
  return buildTable(['scope', 'what a key with it may do'], rows)
}

function buildErrorTable(): string {
  const rows = Object.entries(problems).map(([code, { status, title }]) => [
    String(status),
    `\`${code}\``,
    title,
  ])
  return buildTable(['status', '`code`', 'meaning'], rows)
}

function buildEventTable(): string {
  const rows = Object.entries(events).map(([type, { help }]) => [`\`${type}\``, help])
  return buildTable(['event', 'when'], rows)
}

function buildFindingTable(): string {
  const rows = Object.entries(findingRows).map(([code, { level, meaning, fix }]) => [
    `\`${code}\``,
    level,
    meaning,
    fix,
  ])
  return buildTable(['code', 'level', 'meaning', 'what to do'], rows)
}

function buildMessageTable(): string {
  const rows = Object.entries(messagePlaceholders).map(([key, placeholders]) => [
    `\`${key}\``,
    placeholders.map((name) => `\`{{${name}}}\``).join(' ') || 'none',
  ])
  return buildTable(['key', 'placeholders'], rows)
}

/** The commands as the help of the command line lists them. */
function buildCommandTable(): string {
  const { stdout } = spawnSync(process.execPath, [commandLine, '--help'], { encoding: 'utf8' })
  const rows = [...stdout.matchAll(/^ {2}passwright (.+)\n {6}(.+)$/gm)].map(
    ([, usage = '', summary = '']) => [`\`${usage}\``, summary],
  )
  return buildTable(['command', 'what it does'], rows)
}

/** The proofs or benchmarks as their runner lists them when it does not know the name. */
function buildProofTable(kind: 'proof' | 'bench'): string {
  const { stdout: list } = spawnSync(process.execPath, [proofRunner, kind, '?'], {
    encoding: 'utf8',
  })
  const rows = [...list.matchAll(/^ {2}(\S+) +(.+)$/gm)].map(([, name = '', summary = '']) => [
    `\`${name}\``,
    summary,
  ])
  return buildTable(['name', kind === 'proof' ? 'what it shows' : 'what it measures'], rows)
}
