import { readFileSync } from 'node:fs'
import { parseRoute } from '@passwright/shared'
import { type Operation, operations } from '@passwright/shared/schema'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildOpenApi } from '../../../src/http/openapi.ts'
import { listOperations, parseDocument } from '../../../src/web/docs/document.ts'
import { findExampleBody } from '../../../src/web/docs/examples.ts'
import { loadGuides } from '../../../src/web/docs/guides.ts'
import { startTestService, type TestService } from '../../support/environment/test-service.ts'

const guides = loadGuides()
const document = parseDocument(buildOpenApi('http://localhost:3000'))

describe('/docs', () => {
  let service: TestService
  const pages = new Map<string, string>()

  const read = async (path: string) => {
    const known = pages.get(path)
    if (known !== undefined) return known
    const response = await service.fetch(path)
    expect([path, response.status]).toEqual([path, 200])
    const text = await response.text()
    pages.set(path, text)
    return text
  }

  beforeAll(async () => {
    service = await startTestService()
  })
  afterAll(() => service.stop())

  it('has an anchor, the path, every status and a curl example for every operation', async () => {
    const html = await read('/docs')
    const sections = html.split('<section class="operation" aria-labelledby="')
    for (const [id, { route, replies, summary }] of Object.entries<Operation>(operations)) {
      const section = sections.find((each) => each.startsWith(`${id}"`)) ?? ''
      const { method, path } = parseRoute(route)
      const shown = path.replace(/:(\w+)/g, '{$1}').replaceAll('/', '/<wbr>')
      expect(section).toContain(`<h3 id="${id}">`)
      expect(section).toContain(`>${method}</span> <code>${shown}</code>`)
      expect(section).toContain(`>${summary.replaceAll("'", '&#39;')}<`)
      expect(section).toMatch(/<pre tabindex="0"><code>curl /)
      for (const status of Object.keys(replies)) expect(section).toContain(`<td>${status}</td>`)
    }
    for (const name of Object.keys(document.components.schemas)) {
      expect(html).toContain(`<h3 id="schema-${name}">`)
    }
  })

  it.each(
    listOperations(document)
      .filter(({ requestBody }) => requestBody)
      .map((operation) => [operation.operationId, operation] as const),
  )('shows a body that %s takes', (id, operation) => {
    const [, row] =
      Object.entries<Operation>(operations).find(([operationId]) => operationId === id) ?? []
    const example = Object(findExampleBody(operation, document))
    const parsed = row?.body?.safeParse(row.normalize?.(example) ?? example)
    expect([parsed?.success, parsed?.error?.issues]).toEqual([true, undefined])
  })

  it('has every guide as a page and as Markdown, and no other file', async () => {
    expect(guides.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['routes', 'fields', 'webhooks', 'settings', 'certificates']),
    )
    for (const { name, title } of guides) {
      const markdown = readFileSync(new URL(`../../../docs/${name}.md`, import.meta.url), 'utf8')
      expect(await read(`/docs/${name}.md`)).toBe(markdown)
      expect(await read(`/docs/${name}`)).toContain(`>${title}</h1>`)
      expect(await read('/docs')).toContain(`href="docs/${name}"`)
    }
    for (const path of [
      '/docs/README',
      '/docs/README.md',
      '/docs/openapi.json',
      '/docs/..%2fpackage',
    ]) {
      expect((await service.fetch(path)).status).toBe(404)
    }
  })

  it('links only to what exists, on its pages and in llms.txt, and loads nothing from elsewhere', async () => {
    const llms = await read('/llms.txt')
    for (const { operationId } of listOperations(document)) expect(llms).toContain(operationId)
    const fromLlms = [...llms.matchAll(/\]\(http:\/\/localhost:3000(\/[^)]*)\)/g)]
    const links: [from: string, href: string][] = fromLlms.map(([, href = '']) => [
      '/llms.txt',
      href,
    ])
    for (const path of ['/', '/docs', ...guides.map(({ name }) => `/docs/${name}`)]) {
      const html = await read(path)
      expect(html).not.toMatch(/(?:src|<link[^>]+href)="(?:https?:)?\/\//)
      for (const [, href = ''] of html.matchAll(/ (?:href|src|data-starters)="([^"]*)"/g)) {
        if (!/^(?:https?:|mailto:|data:)/.test(href)) links.push([path, href])
      }
    }
    expect(links.length).toBeGreaterThan(200)
    const broken = new Set<string>()
    for (const [from, href] of links) {
      const { pathname, hash } = new URL(href.replaceAll('&amp;', '&'), `http://x${from}`)
      const isPage = /^\/(?:docs(?:\/[\w-]+)?)?$/.test(pathname)
      if (!isPage) await read(pathname)
      else if (hash !== '' && !(await read(pathname)).includes(` id="${hash.slice(1)}"`)) {
        broken.add(`${from} → ${href}`)
      } else await read(pathname)
    }
    expect([...broken]).toEqual([])
  })

  it('lets browsers keep the files of its pages, whose address changes with their content', async () => {
    const [, path = ''] = /href="(assets\/\w+\/site\/site\.css)"/.exec(await read('/docs')) ?? []
    const { headers } = await service.fetch(`/${path}`)
    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(headers.get('content-type')).toBe('text/css; charset=utf-8')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    for (const other of [path.replace(/\w+(?=\/site\/)/, '0'), path.replace('site.css', 'x.css')]) {
      expect((await service.fetch(`/${other}`)).status).toBe(404)
    }
    const page = await service.fetch('/docs')
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'")
  })
})
