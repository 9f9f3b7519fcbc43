import { describe, expect, it } from 'vitest'
import type { EmailContent } from '../../src/email/templates/content.ts'
import { loadEmailTheme } from '../../src/email/templates/theme.ts'
import { buildPassEmail } from '../../src/pass-email/content.ts'
import { emailData } from '../support/pass-email/email-samples.ts'
import { inspectEmail, rules } from '../support/pass-email/mail-client-rules.ts'

const validEmail = buildPassEmail(emailData, await loadEmailTheme(undefined))

const replace = (from: string | RegExp, to: string) => (email: EmailContent) => {
  const html = email.html.replace(from, to)
  expect(html).not.toBe(email.html)
  return { ...email, html }
}
const insert = (tag: string) => replace('<td', `${tag}<td`)

/** For each rule, by its first words: changes that make an email break it. */
const breaches: [rule: string, ...((email: EmailContent) => EmailContent)[]][] = [
  ['at most 100 KB', replace('Hello', 'é'.repeat(50_000))],
  [
    'at most one style block',
    replace('</head>', '<style>.x{color:#fff}</style></head>'),
    replace('<style>', `<style>${' '.repeat(8192)}`),
    replace('<style>', '<style>@import "x";'),
    replace('<style>', '<style>@media a{@font-face{}}'),
    replace('<div role', '<style></style><div role'),
  ],
  ['the style block only sets', replace('<style>', '<style>.sheet{padding:1px}')],
  [
    'only tags for text',
    insert('<form></form>'),
    insert('<svg></svg>'),
    insert('<script></script>'),
  ],
  ['no event handler', replace('<table', '<table onclick="x"')],
  [
    'inline styles with supported',
    replace('margin:0', 'float:left'),
    replace('margin:0', 'position:absolute'),
    replace('margin:0', 'display:flex'),
    replace('margin:0', 'background-image:none'),
    replace('margin:0', 'background-color:url(x)'),
  ],
  [
    'width, height and padding only',
    replace('<p class="ink" style="', '<p class="ink" style="padding:1px;'),
  ],
  [
    'what Outlook does not support',
    replace('<p class="ink" style="', '<p class="ink" style="max-width:9px;'),
  ],
  [
    'tables of at most 600',
    replace(
      '<!--[if mso]><table role="presentation" border="0" cellpadding="0" cellspacing="0" width="600"',
      '<!--[if mso]><table role="presentation" border="0" cellpadding="0" cellspacing="0" width="900"',
    ),
    replace(/max-width:600px/g, 'max-width:100%'),
    replace('width="100%"', 'width="700"'),
  ],
  [
    'layout tables',
    replace(' role="presentation"', ''),
    replace('cellpadding="0"', 'cellpadding="2"'),
  ],
  ['centered by attribute', replace('margin:0', 'margin:0 auto'), replace(/ align="center"/g, '')],
  [
    'every text sets its own font',
    replace(/font-family:[^;]*;/, ''),
    replace(/ style="color:[^;]*;/, ' style="'),
  ],
  ['every background color', replace(/ bgcolor="[^"]*"/, '')],
  [
    'every image is embedded',
    replace(/src="cid:[^"]*"/, 'src="https://example.com/x.png"'),
    replace(/ alt="[^"]*"/, ' alt=""'),
    replace(/ height="48"/, ''),
    (email) => ({
      ...email,
      images: email.images.map((one) => ({ ...one, png: Buffer.from('<svg/>') })),
    }),
    (email) => ({
      ...email,
      images: [...email.images, { ...email.images[0]!, cid: 'x@y' }],
    }),
  ],
  ['a cid has', (email) => ({ ...email, images: [{ ...email.images[0]!, cid: '<a b>' }] })],
  ['nothing is fetched', replace('<table', '<table background="https://example.com/x.png"')],
  [
    'links are http',
    replace(/href="[^"]*"/, 'href="javascript:x"'),
    replace(/href="[^"]*"/, 'href="mailto:a@b"'),
  ],
  [
    'declares its language',
    replace('lang="en"', ''),
    replace('role="main" lang="en"', 'role="main"'),
    replace(/<title>.*?</, '<title><'),
  ],
  [
    'has a hidden preheader',
    replace('display:none', 'display:block'),
    replace(/(<div style="display[^>]*>)[^<]*/, '$1'),
  ],
  [
    'declares its dark mode',
    replace('content="light dark"', 'content="light"'),
    replace(':root{color-scheme:light dark;', ':root{'),
  ],
  [
    'text has a contrast',
    replace('color:#1c1c1e', 'color:#999999'),
    replace(/\.ink\{color:#[0-9a-f]*/, '.ink{color:#333333'),
    replace(/\.sheet\{background-color:#[0-9a-f]*/, '.sheet{background-color:#ffffff'),
  ],
  ['text stays readable where', replace('color:#1c1c1e', 'color:#bbbbbb')],
]

describe('the rules of email clients', () => {
  it('are kept by an email of ours, and each has a source', () => {
    for (const { findViolations, source } of rules) {
      expect(findViolations(inspectEmail(validEmail))).toEqual([])
      expect(source).toMatch(/^(https:\/\/|ours: )\S/)
    }
  })

  it('each have a breach below', () => {
    const counts = breaches.map(
      ([words]) => rules.filter(({ rule }) => rule.startsWith(words)).length,
    )
    expect(counts).toEqual(rules.map(() => 1))
  })

  it.each(breaches)('detect a breach: %s', (words, ...changes) => {
    const { findViolations } = rules.find(({ rule }) => rule.startsWith(words))!
    for (const change of changes)
      expect(findViolations(inspectEmail(change(validEmail))), String(change)).not.toEqual([])
  })

  it.each(['<p>', '</p>', '<b', '& ', '<p class=a></p>', '<p a="1" a="2"></p>', '&lt;'])(
    'reject HTML that is not strict: %s',
    (piece) => {
      expect(() => inspectEmail(replace('Hello', piece)(validEmail))).toThrow()
    },
  )
})
