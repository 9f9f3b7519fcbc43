import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { eventTypes, routes } from '@passwright/shared'
import { describe, expect, it } from 'vitest'
import { readConfig, settingNames } from '../../src/config.ts'
import { ConfigError } from '../../src/config-error.ts'
import { buildFieldDocs } from '../support/docs/field-docs.ts'
import { formatRoute, generatedDocs } from '../support/docs/generated-docs.ts'
import { fillBlocks } from '../support/docs/markdown.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const settingsPage = read('service/docs/settings.md')

// `npm test -- service/test/docs -u` writes the generated pages and blocks again.
describe('the generated documentation', () => {
  it('describes every field as the forms do', async () => {
    await expect(buildFieldDocs()).toMatchFileSnapshot('../../docs/fields.md')
  })

  it.each(Object.entries(generatedDocs))(
    'is up to date with the source: %s',
    async (page, build) => {
      const filled = fillBlocks(read(`service/docs/${page}`), build())
      await expect(filled).toMatchFileSnapshot(`../../docs/${page}`)
    },
  )

  it('lists every route and every event', () => {
    const page = read('service/docs/routes.md')
    const missingRoutes = Object.values(routes)
      .map((route) => `\`${formatRoute(route)}\``)
      .filter((route) => !page.includes(route))
    expect(missingRoutes).toEqual([])
    const webhooks = read('service/docs/webhooks.md')
    expect(eventTypes.filter((type) => !webhooks.includes(`\`${type}\``))).toEqual([])
  })
})

describe('the page on settings', () => {
  const rows = [...settingsPage.matchAll(/^\| `([A-Z_]+)` +\| (.+?) +\|/gm)]
  const defaults = rows.map(([, name = '', value = '']) => ({ name, value }))

  it('lists every setting, and no other', () => {
    expect(settingNames.length).toBeGreaterThan(10)
    expect(defaults.map(({ name }) => name).toSorted()).toEqual(settingNames.toSorted())
  })

  it.each(defaults)('names the default of $name', ({ name, value }) => {
    // With these every default shows in the configuration.
    const env = { SMTP_URL: 'smtp://user@mail.example.com', MAIL_FROM: 'cards@example.com' }
    const literal = /^`(.+)`$/.exec(value)?.[1]
    if (literal === undefined) return expect(value).toBe('not set')
    const filled = literal.replace('<PORT>', '3000').replace('<DATA_DIR>', './data')
    expect(readConfig({ ...env, [name]: filled })).toEqual(readConfig(env))
  })

  it('lists every secret that can come from a file', () => {
    const fromFile = settingNames.filter((name) =>
      findErrors({ [`${name}_FILE`]: '/no/such/file' }).some((error) => error.includes('_FILE')),
    )
    const listed = [...settingsPage.matchAll(/`([A-Z_]+)_FILE`/g)].map(([, name]) => name)
    expect(listed.toSorted()).toEqual(fromFile.toSorted())
  })

  function findErrors(env: Record<string, string>): readonly string[] {
    try {
      readConfig(env)
      return []
    } catch (error) {
      return error instanceof ConfigError ? error.messages : [String(error)]
    }
  }
})

describe('the page on commands', () => {
  it('lists every script of the root', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const page = read('service/docs/commands.md')
    const isListed = (name: string) =>
      new RegExp(`^\\| \`npm (run )?(-s )?${name}( |\`)`, 'm').test(page)
    expect(Object.keys(scripts).filter((name) => !isListed(name))).toEqual([])
  })
})

describe('every page', () => {
  const pages = [
    'README.md',
    ...globSync(['{service,shared}/README.md', 'service/docs/**/*.md'], { cwd: root }),
  ]
  /** The folders from which a page may name a path. */
  const bases = [
    '.',
    'service',
    'service/src',
    'service/setup',
    'shared',
    'shared/src/schema',
    'shared/src/portable/api',
    'shared/src/portable/fields',
    'shared/src/portable/forms',
  ]

  it.each(pages)('links only to what exists: %s', (page) => {
    const links = [...read(page).matchAll(/(?:\]\(|src=")(?!https?:)([^)#"]+)/g)]
    const missing = links
      .map(([, path = '']) => path)
      .filter((path) => !existsSync(join(root, dirname(page), path)))
    expect(missing).toEqual([])
  })

  it.each(pages)('names only files that exist: %s', (page) => {
    const paths = [...read(page).matchAll(/`((?:[\w.-]+\/)*[\w-]+\.(?:m?ts|mjs)|(?:[\w-]+\/)+)`/g)]
    const missing = paths
      .map(([, path = '']) => path)
      .filter((path) => !bases.some((base) => existsSync(join(root, base, path))))
    expect(missing).toEqual([])
  })
})
