import { describe, expect, it } from 'vitest'
import type { EmailContent } from '../../src/email/templates/content.ts'
import { loadEmailTheme } from '../../src/email/templates/theme.ts'
import { buildPassEmail } from '../../src/pass-email/content.ts'
import { facts } from '../support/email-samples.ts'
import { rules, see } from '../support/mail-client-rules.ts'

const good = buildPassEmail(facts, await loadEmailTheme(undefined))

const replaced = (from: string | RegExp, to: string) => (letter: EmailContent) => {
  const html = letter.html.replace(from, to)
  expect(html).not.toBe(letter.html)
  return { ...letter, html }
}
const inside = (tag: string) => replaced('<td', `${tag}<td`)

/** For each rule, by its first words, letters that break it. */
const breaches: [rule: string, ...((letter: EmailContent) => EmailContent)[]][] = [
  ['no more than 100 KB', replaced('Hello', 'é'.repeat(50_000))],
  [
    'at most one style block',
    replaced('</head>', '<style>.x{color:#fff}</style></head>'),
    replaced('<style>', `<style>${' '.repeat(8192)}`),
    replaced('<style>', '<style>@import "x";'),
    replaced('<style>', '<style>@media a{@font-face{}}'),
    replaced('<div role', '<style></style><div role'),
  ],
  ['the style block only colors', replaced('<style>', '<style>.sheet{padding:1px}')],
  [
    'only tags of text',
    inside('<form></form>'),
    inside('<svg></svg>'),
    inside('<script></script>'),
  ],
  ['no attribute that runs', replaced('<table', '<table onclick="x"')],
  [
    'inline styles of known',
    replaced('margin:0', 'float:left'),
    replaced('margin:0', 'position:absolute'),
    replaced('margin:0', 'display:flex'),
    replaced('margin:0', 'background-image:none'),
    replaced('margin:0', 'background-color:url(x)'),
  ],
  [
    'width, height and padding only',
    replaced('<p class="ink" style="', '<p class="ink" style="padding:1px;'),
  ],
  [
    'what Word does not know',
    replaced('<p class="ink" style="', '<p class="ink" style="max-width:9px;'),
  ],
  [
    'tables of at most 600',
    replaced(
      '<!--[if mso]><table role="presentation" border="0" cellpadding="0" cellspacing="0" width="600"',
      '<!--[if mso]><table role="presentation" border="0" cellpadding="0" cellspacing="0" width="900"',
    ),
    replaced(/max-width:600px/g, 'max-width:100%'),
    replaced('width="100%"', 'width="700"'),
  ],
  [
    'layout by tables',
    replaced(' role="presentation"', ''),
    replaced('cellpadding="0"', 'cellpadding="2"'),
  ],
  ['centred by attribute', replaced('margin:0', 'margin:0 auto'), replaced(/ align="center"/g, '')],
  [
    'every text has its font',
    replaced(/font-family:[^;]*;/, ''),
    replaced(/ style="color:[^;]*;/, ' style="'),
  ],
  ['every ground has', replaced(/ bgcolor="[^"]*"/, '')],
  [
    'every picture is in',
    replaced(/src="cid:[^"]*"/, 'src="https://example.com/x.png"'),
    replaced(/ alt="[^"]*"/, ' alt=""'),
    replaced(/ height="48"/, ''),
    (letter) => ({
      ...letter,
      images: letter.images.map((one) => ({ ...one, png: Buffer.from('<svg/>') })),
    }),
    (letter) => ({
      ...letter,
      images: [...letter.images, { ...letter.images[0]!, cid: 'x@y' }],
    }),
  ],
  ['a cid has', (letter) => ({ ...letter, images: [{ ...letter.images[0]!, cid: '<a b>' }] })],
  ['nothing is fetched', replaced('<table', '<table background="https://example.com/x.png"')],
  [
    'links are http',
    replaced(/href="[^"]*"/, 'href="javascript:x"'),
    replaced(/href="[^"]*"/, 'href="mailto:a@b"'),
  ],
  [
    'says its language',
    replaced('lang="en"', ''),
    replaced('role="main" lang="en"', 'role="main"'),
    replaced(/<title>.*?</, '<title><'),
  ],
  [
    'has a hidden line',
    replaced('display:none', 'display:block'),
    replaced(/(<div style="display[^>]*>)[^<]*/, '$1'),
  ],
  [
    'says that it knows the dark',
    replaced('content="light dark"', 'content="light"'),
    replaced(':root{color-scheme:light dark;', ':root{'),
  ],
  [
    'text keeps a contrast',
    replaced('color:#1c1c1e', 'color:#999999'),
    replaced(/\.ink\{color:#[0-9a-f]*/, '.ink{color:#333333'),
    replaced(/\.sheet\{background-color:#[0-9a-f]*/, '.sheet{background-color:#ffffff'),
  ],
  ['text stays readable where', replaced('color:#1c1c1e', 'color:#bbbbbb')],
]

describe('the written list of the mail programs’ rules', () => {
  it('lets a good letter through, with a source for each rule', () => {
    for (const { broken, source } of rules) {
      expect(broken(see(good))).toEqual([])
      expect(source).toMatch(/^(https:\/\/|ours: )\S/)
    }
  })

  it('has a breach for each rule', () => {
    const first = breaches.map(
      ([words]) => rules.filter(({ rule }) => rule.startsWith(words)).length,
    )
    expect(first).toEqual(rules.map(() => 1))
  })

  it.each(breaches)('notices what breaks: %s', (words, ...breakers) => {
    const { broken } = rules.find(({ rule }) => rule.startsWith(words))!
    for (const breaker of breakers)
      expect(broken(see(breaker(good))), String(breaker)).not.toEqual([])
  })

  it.each(['<p>', '</p>', '<b', '& ', '<p class=a></p>', '<p a="1" a="2"></p>', '&lt;'])(
    'takes no HTML that is not strict: %s',
    (piece) => {
      expect(() => see(replaced('Hello', piece)(good))).toThrow()
    },
  )
})
