import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { beforeAll, describe, expect, inject, it } from 'vitest'

const root = fileURLToPath(new URL('../../../', import.meta.url))

/** Who may not import what, each with the beginning of the sentence that says so. */
const refused = [
  ['service/src/pass/a.ts', "import 'express'", 'Only http/ knows Express'],
  ['service/src/greeting.ts', "await import('express')", 'Only http/ knows Express'],
  ['service/src/seal/a.ts', "import 'passkit-generator'", 'Only seal/reference.ts knows passkit'],
  ['service/src/pass/b.ts', "export * from 'sharp'", 'Only pass/images.ts knows sharp'],
  ['service/src/keys/a.ts', "import type {} from 'pg'", 'Only db/ knows the drivers'],
  ['service/src/keys/b.ts', "import 'node:sqlite'", 'Only db/ knows the drivers'],
  ['service/src/jobs/a.ts', "import 'nodemailer'", 'Only mail/mail.ts knows nodemailer'],
  [
    'service/src/mail/a.ts',
    "import type {} from 'nodemailer'",
    'Only mail/mail.ts knows nodemailer',
  ],
  ['service/src/pages/a.ts', "import 'bwip-js'", 'Only picture/code.ts knows bwip-js'],
  ['service/src/webhooks/a.ts', "import 'undici'", 'Only net/ opens connections'],
  ['service/src/pass/c.ts', "import '../http/app.ts'", 'Nobody imports http/'],
  ['service/src/context.ts', "import './http/app.ts'", 'Nobody imports http/'],
  ['service/src/pass/d.ts', "import '../keys/store.ts'", "A store.ts is its own room's"],
  ['service/src/http/routes/a.ts', "import '../../pass/store.ts'", "A store.ts is its own room's"],
  ['service/src/cli/a.ts', "import '../keys/store.ts'", "A store.ts is its own room's"],
  ['service/src/seal/b.ts', "import '../pass/compose.ts'", 'seal/ takes bytes'],
  ['service/src/pass/e.ts', "import '../../../shared/src/portable/x.ts'", 'Import '],
  ['service/src/pass/f.ts', "import { env } from 'node:process'; env.A", "Don't use process.env"],
  ['service/src/pass/g.ts', 'process.env.HOME', "Don't use process.env"],
  ['shared/src/portable/a.ts', "import type {} from 'zod'", 'portable/ runs inside n8n'],
  ['shared/src/portable/b.ts', "import 'node:fs'", 'portable/ runs inside n8n'],
  ['shared/src/portable/c.ts', "import '../schema/a.ts'", 'portable/ runs inside n8n'],
  ['shared/src/schema/a.ts', "import 'kysely'", 'schema/ is what the service believes'],
  ['shared/src/schema/b.ts', "import 'node:fs'", 'schema/ is what the service believes'],
  ['zapier-app/src/a.ts', "import 'zod'", 'The Zapier app is one file beside core'],
  ['zapier-app/src/b.ts', "import 'node:crypto'", 'The Zapier app is one file beside core'],
  ['zapier-app/src/c.ts', "import '@passwright/shared/schema'", 'The Zapier app is one file'],
  ['zapier-app/src/d.ts', 'process.env.HOME', "Don't use process.env"],
  ['service/setup/a.mjs', "import 'zod'", 'setup/ runs before anything is installed'],
  ['n8n-node/nodes/Passwright/a.ts', "import 'zod'", 'The node builds alone'],
  ['n8n-node/nodes/Passwright/b.ts', "import '@passwright/shared'", 'The node builds alone'],
  [
    'n8n-node/nodes/c.ts',
    "import '../../shared/src/portable/x'",
    'The node builds without shared/',
  ],
] as const

const allowed = [
  ['service/src/http/ok.ts', "import 'express'"],
  ['service/src/http/routes/ok.ts', "import 'express'; import '../ok.ts'"],
  ['service/src/service.ts', "import './http/app.ts'"],
  ['service/src/seal/reference.ts', "import 'passkit-generator'"],
  ['service/src/pass/images.ts', "import 'sharp'"],
  ['service/src/mail/mail.ts', "import 'nodemailer'"],
  ['service/src/picture/code.ts', "import 'bwip-js'"],
  ['service/src/db/ok.ts', "import 'pg'; import 'node:sqlite'"],
  ['service/src/net/ok.ts', "import 'undici'; import 'node:http'"],
  ['service/src/pass/ok.ts', "import './store.ts'; import '../keys/quota.ts'"],
  ['service/src/config.ts', 'process.env.HOME'],
  ['service/test/ok.ts', "import '../../src/http/app.ts'; import 'pg'; process.env.HOME"],
  ['service/setup/ok.mjs', "import 'node:timers/promises'; import './a.mjs'; process.env.HOME"],
  ['zapier-app/src/ok.ts', "import '@passwright/shared'; import 'zapier-platform-core'"],
  ['zapier-app/src/creates/ok.ts', "import '../transport.ts'; import './issue.ts'"],
  ['zapier-app/test/ok.ts', "import '../support/test-service.ts'; process.env.HOME"],
  [
    'n8n-node/nodes/Passwright/ok.ts',
    "import 'n8n-workflow'; import '../portable/x'; import './y'",
  ],
  ['shared/src/portable/ok.ts', "import './problem.ts'"],
  [
    'shared/src/schema/ok.ts',
    "import 'zod'; import '../portable/a.ts'; import '@passwright/shared'",
  ],
] as const

describe('the rules of the house', () => {
  let told: { path: string; message: string }[] = []

  beforeAll(() => {
    const house = join(inject('folder'), 'house')
    for (const [path, code] of [...refused, ...allowed]) {
      mkdirSync(dirname(join(house, path)), { recursive: true })
      writeFileSync(join(house, path), `${code}\n`)
    }
    copyFileSync(join(root, 'biome.json'), join(house, 'biome.json'))
    told = lint(house)
  })

  it.each(refused)('%s may not say: %s', (path, _code, sentence) => {
    const messages = told.filter((each) => each.path === path).map((each) => each.message)
    expect(messages).toEqual([expect.stringContaining(sentence)])
  })

  it.each(allowed)('%s may say: %s', (path) => {
    expect(told.filter((each) => each.path === path)).toEqual([])
  })

  it('hold in every room but the one that is the door', () => {
    // Biome lets the last fitting override replace the imports of those before it, so each has to name all of them.
    const [everywhere, ...rooms] = importRules()
    const open = rooms.map(({ room, refusals }) => [
      room,
      differences(everywhere?.refusals, refusals),
    ])
    expect(Object.fromEntries(open)).toEqual({
      'service/src/http/**': ['express', '**/http/**'],
      'service/src/mail/mail.ts': ['nodemailer'],
      'service/src/main.ts': ['**/http/**'],
      'service/src/db/**': ['pg', 'node:sqlite'],
      'service/src/net/**': ['undici'],
      'service/src/pass/images.ts': ['sharp'],
      'service/src/picture/code.ts': ['bwip-js'],
      'service/src/seal/**': [],
      'service/src/seal/reference.ts': ['passkit-generator'],
    })
  })
})

type Refusals = Map<string, unknown>

/** What each folder of the service may not import: name or pattern → the sentence. */
function importRules(): { room: string; refusals: Refusals }[] {
  const { overrides }: { overrides: Override[] } = JSON.parse(
    readFileSync(join(root, 'biome.json'), 'utf8'),
  )
  return overrides.flatMap(({ includes, linter }) => {
    const [room = ''] = includes
    const options = linter.rules.style.noRestrictedImports?.options
    if (!options || !room.startsWith('service/src/')) return []
    const patterns = options.patterns.map(
      ({ group, message }) => [group[0] ?? '', message] as const,
    )
    return [{ room, refusals: new Map([...Object.entries(options.paths), ...patterns]) }]
  })
}

type Override = {
  includes: string[]
  linter: {
    rules: {
      style: {
        noRestrictedImports?: {
          options: {
            paths: Record<string, unknown>
            patterns: { group: string[]; message: string }[]
          }
        }
      }
    }
  }
}

function differences(all: Refusals = new Map(), some: Refusals): string[] {
  return [...all].flatMap(([name, told]) => (isDeepStrictEqual(told, some.get(name)) ? [] : [name]))
}

function lint(folder: string): { path: string; message: string }[] {
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome')
  const quietly = ['--reporter=json', '--max-diagnostics=none', '--vcs-enabled=false']
  const { stdout } = spawnSync(process.execPath, [biome, 'lint', ...quietly], {
    cwd: folder,
    encoding: 'utf8',
  })
  const { diagnostics }: { diagnostics: Diagnostic[] } = JSON.parse(stdout)
  return diagnostics
    .filter(({ category }) => /noRestrictedImports|noProcessEnv/.test(category))
    .map(({ message, location }) => ({ path: location.path, message }))
}

type Diagnostic = { category: string; message: string; location: { path: string } }
