import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, inject, it } from 'vitest'
import { checkImports, type Violation } from './check-imports.ts'
import { everywhere, folders, packages, repositories, vendors } from './import-rules.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))

/** The violations of a repository that consists of these files. */
function check(files: Record<string, string>): Violation[] {
  const repository = mkdtempSync(join(inject('folder'), 'house-'))
  for (const [path, code] of Object.entries(files)) {
    mkdirSync(dirname(join(repository, path)), { recursive: true })
    writeFileSync(join(repository, path), `${code}\n`)
  }
  return checkImports(repository)
}

/** A file of the service that is in a folder, or is the file of that name. */
function toFile(room: string): string {
  const isFile = ['main', 'config', 'context', 'job-handlers', 'log', 'version', 'config-error']
  return isFile.includes(room) ? `${room}.ts` : `${room}/a.ts`
}

/** Code that imports one file of `service/src` from another. */
function importOf(from: string, to: string): string {
  return `import type { A } from '${from.includes('/') ? '../' : './'}${to}'`
}

const rooms = Object.keys(folders)
const pairs = rooms.flatMap((from) =>
  rooms.filter((to) => to !== from).map((to) => [from, to] as const),
)
const mayImport = ([from, to]: readonly [string, string]) =>
  [...everywhere, ...(folders[from]?.imports ?? [])].includes(to)
const isOfContext = ([, to]: readonly [string, string]) => to === 'context'

describe('imports in the repository', () => {
  it('follow every rule, and no folders import each other', () => {
    expect(checkImports(root)).toEqual([])
  })

  it('have a rule for each folder of the service, and no rule without a folder', () => {
    const unknown = check({ 'service/src/new/a.ts': "import type { A } from '../text/a.ts'" })
    expect(unknown.map(({ because }) => because)).toEqual([expect.stringContaining('no rule')])
  })
})

describe('a folder of the service', () => {
  it.each(pairs.filter((pair) => !mayImport(pair) && !isOfContext(pair)))(
    '%s may not import %s',
    (from, to) => {
      const path = toFile(from)
      const violations = check({ [`service/src/${path}`]: importOf(path, toFile(to)) })
      expect(violations.map(({ because }) => because)).toEqual([folders[from]?.because])
    },
  )

  it.each(pairs.filter(mayImport))('%s may import %s', (from, to) => {
    const path = toFile(from)
    expect(check({ [`service/src/${path}`]: importOf(path, toFile(to)) })).toEqual([])
  })

  it.each(rooms.filter((room) => room !== 'context'))(
    '%s may import the type of the context, and its value only by its rule',
    (room) => {
      const path = toFile(room)
      const at = path.includes('/') ? '../context.ts' : './context.ts'
      const type = { [`service/src/${path}`]: `import type { Context } from '${at}'` }
      const value = { [`service/src/${path}`]: `import { createContext } from '${at}'` }
      expect(check(type)).toEqual([])
      expect(check(value)).toHaveLength(folders[room]?.imports.includes('context') ? 0 : 1)
    },
  )

  it('has its own files, its subfolders and packages to itself', () => {
    const code = "import './b.ts'\nimport { c } from './images/c.ts'\nimport { z } from 'zod'"
    expect(check({ 'service/src/passes/a.ts': code })).toEqual([])
  })
})

describe('a vendor', () => {
  const cases = vendors.flatMap(({ packages: names, only, because }) =>
    names.map((name) => [name, only, because] as const),
  )

  it.each(cases)('%s has its door in %s and nowhere else', (name, [door = ''], because) => {
    const statements = [
      `import '${name}'`,
      `import type { A } from '${name}'`,
      `export * from '${name}'`,
      `const a = await import('${name}')`,
    ]
    for (const statement of statements) {
      const violations = check({ 'service/src/events/a.ts': statement })
      expect(violations.map((each) => each.because)).toEqual([because])
      const path = door.endsWith('.ts') ? door : `${door}/a.ts`
      expect(check({ [`service/src/${path}`]: statement })).toEqual([])
    }
  })
})

describe('a repository', () => {
  it.each(['repository.ts', 'delivery-repository.ts', 'images/repository.ts'])(
    '%s is for its own folder',
    (file) => {
      const code = `import { findPass } from '../passes/${file}'`
      const foreign = check({ 'service/src/web/a.ts': code })
      expect(foreign.map(({ because }) => because)).toEqual([repositories.because])
      const own = { 'service/src/passes/a.ts': `import { findPass } from './${file}'` }
      expect(check(own)).toEqual([])
    },
  )
})

describe('a package of the repository', () => {
  const refused = [
    ['shared/src/portable/a.ts', "import type { A } from 'zod'"],
    ['shared/src/portable/a.ts', "import 'node:fs'"],
    ['shared/src/portable/a.ts', "import { a } from '../schema/a.ts'"],
    ['shared/src/portable/api/a.ts', "import { a } from '../../schema/a.ts'"],
    ['shared/src/schema/a.ts', "import { a } from 'kysely'"],
    ['shared/src/schema/operations/a.ts', "import 'node:fs'"],
    ['n8n-node/nodes/Passwright/a.ts', "import { z } from 'zod'"],
    ['n8n-node/nodes/Passwright/a.ts', "import { a } from '@passwright/shared'"],
    ['n8n-node/nodes/Passwright/a.ts', "import { a } from '../../../shared/src/portable/x'"],
    ['n8n-node/credentials/a.ts', "import { z } from 'zod'"],
    ['zapier-app/src/a.ts', "import { z } from 'zod'"],
    ['zapier-app/src/a.ts', "import { createHash } from 'node:crypto'"],
    ['zapier-app/src/a.ts', "import { a } from '@passwright/shared/schema'"],
    ['service/setup/a.mjs', "import { z } from 'zod'"],
    ['service/src/passes/a.ts', "import { a } from '../../../shared/src/portable/x.ts'"],
    ['service/src/passes/a.ts', "import { a } from '../../test/support/x.ts'"],
  ] as const
  const allowed = [
    ['shared/src/portable/a.ts', "import { b } from './b.ts'"],
    ['shared/src/portable/fields/a.ts', "import { b } from '../api/b.ts'"],
    ['shared/src/schema/a.ts', "import { z } from 'zod'\nimport { b } from '@passwright/shared'"],
    ['shared/src/schema/operations/a.ts', "import { b } from '../b.ts'"],
    ['n8n-node/nodes/Passwright/a.ts', "import { b } from 'n8n-workflow'\nimport './portable/x'"],
    ['n8n-node/credentials/a.ts', "import { b } from 'n8n-workflow'"],
    ['zapier-app/src/creates/a.ts', "import { b } from '@passwright/shared'\nimport '../b.ts'"],
    ['service/setup/a.mjs', "import 'node:timers/promises'\nimport './b.mjs'"],
    ['service/src/passes/a.ts', "import { b } from '@passwright/shared/schema'"],
  ] as const

  it.each(refused)('%s may not say: %s', (path, code) => {
    const rule = packages.find(({ path: start }) => path.startsWith(start))
    expect(check({ [path]: code }).map(({ because }) => because)).toEqual([rule?.because])
  })

  it.each(allowed)('%s may say: %s', (path, code) => {
    expect(check({ [path]: code })).toEqual([])
  })

  it('has a case above for each rule', () => {
    const paths: string[] = refused.map(([path]) => path)
    expect(packages.filter(({ path }) => !paths.some((each) => each.startsWith(path)))).toEqual([])
  })
})

describe('a circle of folders', () => {
  it('is refused where two folders import each other, types included', () => {
    const files = {
      'service/src/passes/images/a.ts': "import type { A } from '../a.ts'",
      'service/src/passes/a.ts': "import { b } from './images/b.ts'",
    }
    const sentences = check(files).map(({ because }) => because)
    expect(sentences).toHaveLength(2)
    expect(sentences.join()).toContain('passes → passes/images → passes')
  })

  it('is refused by way of a third', () => {
    const files = {
      'service/src/web/a.ts': "import { a } from './card/a.ts'",
      'service/src/web/card/a.ts': "import { a } from '../page/a.ts'",
      'service/src/web/page/a.ts': "import { a } from '../a.ts'",
    }
    expect(check(files)).toHaveLength(3)
  })
})
