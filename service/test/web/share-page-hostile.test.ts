import { describe, expect, it, onTestFinished } from 'vitest'
import { parseCard } from '../../src/web/pass-card/card.ts'
import { startTestService } from '../support/environment/test-service.ts'
import { createPassToken, openSharePage } from '../support/web/share-page-reader.ts'

const hostile = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</title></svg></style><h1>Owned</h1>',
  '</dd></dl></details><a href="javascript:alert(1)">x</a>',
  ']]><!--<svg onload=alert(1)>',
  '\u202eevil\u202d {date} {organization} $& $1 &lt;b&gt;',
  '\u2066\u2067\u2028\u2029\u0000'.replace('\u0000', '\ufffd'),
]

describe('hostile texts', () => {
  it.each(hostile)('are escaped on the share page: %j', async (text) => {
    const service = await startTestService()
    onTestFinished(service.stop)
    const field = [{ label: text, value: text }]
    const token = await createPassToken(service, await service.createKey(), {
      title: text,
      label: text,
      value: text,
      logoText: text,
      cardLabel: text,
      description: text,
      organizationName: `${text}.`,
      barcodeValue: text,
      barcodeAltText: text,
      headerFields: field,
      primaryFields: field,
      secondaryFields: field,
      auxiliaryFields: field,
      backFields: field,
    })
    for (const language of ['en', 'de']) {
      const { html, status } = await openSharePage(service, token, { language })
      expect(status).toBe(200)
      expect(listTags(html)).toEqual(allowedTags)
      expect(html.replace(/"[^"]*"/g, '').match(/<[^>]*\s(?:on\w+|style)\s*=/gi)).toBeNull()
      expect(html.match(/<h1/g)).toHaveLength(1)
      expect(html.match(/<title>[^<]*<\/title>/g)?.length).toBeGreaterThan(0)
      // The title of a browser tab must not change the direction of its surroundings.
      const [head = ''] = html.split('<body>')
      expect(head).not.toMatch(/[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\u2028\u2029]/)
      const targets = [...html.matchAll(/href="([^"]*)"/g)].map(([, target]) => target ?? '')
      expect(targets.every((target) => /^(?:http:\/\/localhost:|data:)/.test(target))).toBe(true)
    }
  })

  it('in links are allowed only as http, https, mailto and tel URLs', () => {
    const viewer = { locale: 'en', now: new Date(0), images: {} } as const
    const html = (attributedValue: unknown) =>
      parseCard(
        { generic: { backFields: [{ label: 'a', value: 'plain', attributedValue }] } },
        viewer,
      ).fields.backFields[0]?.html
    const rel = 'rel="noopener nofollow ugc"'
    expect(html('<a href="https://a.example/&quot; onclick=&quot;x">go</a>')).toBe(
      `<a href="https://a.example/%22%20onclick=%22x" ${rel}>go</a>`,
    )
    expect(html('&lt;b&gt; <a href="https://a.example/">&lt;i&gt;</a> &lt;u&gt;')).toBe(
      `&#60;b&#62; <a href="https://a.example/" ${rel}>&#60;i&#62;</a> &#60;u&#62;`,
    )
    expect(html("<A HREF='mailto:a@b.example'>mail</A>")).toBe(
      `<a href="mailto:a@b.example" ${rel}>mail</a>`,
    )
    expect(html('<a href="https://a.example/"></a>')).toBe(
      `<a href="https://a.example/" ${rel}>https://a.example/</a>`,
    )
    for (const target of [
      'javascript:alert(1)',
      'JaVaScRiPt:alert(1)',
      '&#106;avascript:alert(1)',
      'java\tscript:alert(1)',
      ' javascript:alert(1)',
      'data:text/html,<b>'.replace('<b>', ''),
      'vbscript:x',
      'file:///etc/passwd',
      '//a.example',
      '/p/x',
      '',
    ]) {
      expect(html(`<a href="${target}">words</a>`)).toBe('words')
    }
    expect(
      html('<b>bold</b> &lt;script&gt; <img src=x> <a onclick="x" href="https://x">y</a>'),
    ).toBe('bold &#60;script&#62;  y')
    expect(html(7)).toBe('7')
    expect(html({ not: 'a text' })).toBe('plain')
    for (const generic of [undefined, 'text', { backFields: 'text' }, { backFields: [null, 7] }]) {
      const { backFields } = parseCard({ generic }, viewer).fields
      expect(backFields).toEqual([])
    }
  })
})

/** The only elements on our pages. */
const allowedTags = [
  ...['a', 'article', 'bdi', 'body', 'dd', 'details', 'div', 'dl', 'dt', 'figcaption', 'figure'],
  ...['footer', 'h1', 'h2', 'head'],
  ...['header', 'html', 'img', 'link', 'main', 'meta', 'p', 'strong', 'style', 'summary', 'title'],
]

/** Lists the names of all elements outside of SVG images. */
function listTags(html: string): string[] {
  const withoutSvg = html.replace(/<svg .*?<\/svg>/gs, '')
  return [
    ...new Set([...withoutSvg.matchAll(/<([a-z][^\s/>]*)/gi)].map(([, name]) => name ?? '')),
  ].sort()
}
