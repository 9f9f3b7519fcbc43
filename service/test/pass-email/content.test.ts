import { locales } from '@passwright/shared/schema'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EmailContent } from '../../src/email/templates/content.ts'
import { loadEmailTheme } from '../../src/email/templates/theme.ts'
import { buildPassEmail } from '../../src/pass-email/content.ts'
import { buildExistingKeyEmail, buildKeyEmail } from '../../src/signup/key-email.ts'
import { extractBodyText } from '../support/pass-email/email-html.ts'
import {
  buildUnusualEmailData,
  emailData,
  shareUrl,
  unusualTexts,
} from '../support/pass-email/email-samples.ts'
import { inspectEmail, rules } from '../support/pass-email/mail-client-rules.ts'

const theme = await loadEmailTheme(undefined)
const publicUrl = 'https://passes.example.com'

/** Every email in every language, also with unusual texts. */
const emails: [string, EmailContent][] = locales.flatMap((locale): [string, EmailContent][] => {
  const pass = (change: Partial<typeof emailData>) =>
    buildPassEmail({ ...emailData, ...change, locale }, theme)
  const key = 'pw_live_0123456789abcdefghij'
  return [
    ['an ordinary pass', pass({})],
    [
      'a pass for an unknown recipient',
      pass({ name: '', organizationName: emailData.title, fields: [] }),
    ],
    ['a voided pass', pass({ status: 'voided' })],
    ['an expired test pass', pass({ status: 'expired', development: true })],
    [
      'unreadable colors',
      pass({ colors: { background: '#777', foreground: '#888', label: '#7a7a7a' } }),
    ],
    [
      'white on white',
      pass({ colors: { background: '#ffffff', foreground: '#fff', label: '#FFFFFF' } }),
    ],
    ...Object.entries(unusualTexts).map(([name, text]): [string, EmailContent] => [
      `texts ${name}`,
      buildPassEmail({ ...buildUnusualEmailData(text), locale }, theme),
    ]),
    ...['&', '"', '<', '\n', '界', '🎟', 'a ', '{{name}}'].map((piece): [string, EmailContent] => [
      `a message of 10,000 characters of ${JSON.stringify(piece)}`,
      pass({
        name: '&'.repeat(128),
        message: piece.repeat(Math.floor(10_000 / [...piece].length)),
      }),
    ]),
    ['a new key', buildKeyEmail({ locale, key, publicUrl, limit: 1000 }, theme)],
    ['a new key without a limit', buildKeyEmail({ locale, key, publicUrl, limit: null }, theme)],
    ['an address that has a key', buildExistingKeyEmail({ locale, publicUrl }, theme)],
  ].map(([name, email]): [string, EmailContent] => [`${name}, ${locale}`, email as EmailContent])
})

describe('every email keeps the rules of email clients', () => {
  const inspected = emails.map(([name, email]) => ({ name, email: inspectEmail(email) }))

  it.each(rules.map((one) => [`${one.clients}: ${one.rule}`, one] as const))(
    '%s',
    (_, { findViolations }) => {
      const violations = inspected.flatMap(({ name, email }) =>
        findViolations(email).map((violation) => `${name}: ${violation}`),
      )
      expect(violations).toEqual([])
    },
  )

  it('and links only to the pass or the service', () => {
    for (const { name, email } of inspected) {
      const links = email.elements.flatMap(({ attributes }) => attributes.href ?? [])
      expect(new Set(links), name).toEqual(
        new Set(/\bkey\b/.test(name) ? (/has a key/.test(name) ? [] : [publicUrl]) : [shareUrl]),
      )
    }
  })
})

describe('the subject', () => {
  const control = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u
  const anyText = fc.string({
    unit: fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      fc.constantFrom('\r\n', '\n', '\u2028', '\u202e', '\0', '\ud800', '{{name}}', ' '),
    ),
  })

  it('is one line without control characters, for any input', () => {
    fc.assert(
      fc.property(anyText, anyText, anyText, anyText, (subject, name, title, organizationName) => {
        const email = buildPassEmail(
          { ...emailData, subject, name, title: `${title}x`, organizationName },
          theme,
        )
        expect(email.subject).not.toMatch(control)
        expect(email.subject.isWellFormed()).toBe(true)
        expect(email.subject).toBe(email.subject.trim())
        expect([...email.subject].length).toBeGreaterThan(0)
        expect([...email.subject].length).toBeLessThanOrEqual(200)
      }),
    )
  })

  it.each([
    ['Welcome, {{name}}', 'Welcome, Ada Example'],
    ['{{title}} of {{ organizationName }}', 'Annual membership of Riverside Climbing Club'],
    ['one\r\nBcc: eve@example.com', 'one Bcc: eve@example.com'],
    ['\u202e\n', 'Your pass: Annual membership'],
    [undefined, 'Your pass: Annual membership'],
  ])('%j becomes %j', (subject, expected) => {
    expect(buildPassEmail({ ...emailData, subject }, theme).subject).toBe(expected)
  })

  it('is truncated to 200 characters after its placeholders are filled in', () => {
    const name = '🎟'.repeat(128)
    const { subject } = buildPassEmail(
      { ...emailData, name, subject: '{{name}} '.repeat(20) },
      theme,
    )
    expect([...subject].length).toBe(200)
    expect(subject).toMatch(/🎟…$/u)
  })

  it('is the title of the HTML as well, and its placeholders are filled in only once', () => {
    const email = buildPassEmail(
      { ...emailData, subject: '{{name}}', name: '{{title}} & <b>' },
      theme,
    )
    expect(email.subject).toBe('{{title}} & <b>')
    expect(inspectEmail(email).elements.find(({ tag }) => tag === 'title')?.text).toBe(
      '{{title}} & <b>',
    )
  })
})

describe('the HTML and plain text versions of an email say the same', () => {
  const collapse = (text: string) => text.replace(/\s+/g, ' ')
  const readVersions = (email: EmailContent) => [collapse(email.text), extractBodyText(email.html)]

  it.each(Object.entries(unusualTexts))(
    'without control characters and direction marks: %s',
    (_, text) => {
      const control = /[^\P{Cc}\n]|[\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u
      const data = buildUnusualEmailData(text)
      const email = buildPassEmail({ ...data, message: undefined }, theme)
      for (const version of [email.text, email.html]) {
        expect(version).not.toMatch(control)
        expect(version.isWellFormed()).toBe(true)
      }
      // A message may have direction marks, but no control characters.
      const { text: plainText, html } = buildPassEmail(data, theme)
      expect(plainText + html).not.toMatch(/[^\P{Cc}\n]/u)
    },
  )

  it.each(Object.entries(unusualTexts))('with texts %s', (_, text) => {
    const data = buildUnusualEmailData(text)
    for (const version of readVersions(buildPassEmail(data, theme))) {
      const clean = collapse(
        text
          .toWellFormed()
          .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
          .replace(/[\u200f\u202e\u2066\u2069]/g, ''),
      )
      expect(version).toContain(clean.trim())
    }
  })

  it('about a pass: recipient, content, link, reason, and what to do on Android', () => {
    const { messages, badges } = theme
    for (const locale of locales) {
      const texts = messages[locale]
      for (const version of readVersions(
        buildPassEmail({ ...emailData, locale, development: true }, theme),
      )) {
        for (const expected of [
          texts.development,
          texts.attached,
          texts.computer,
          texts.android,
          texts.androidHow,
          'Ada Example',
          'Annual membership',
          'Riverside Climbing Club',
          'Valid until',
          '31 December 2027',
          shareUrl,
        ])
          expect(version).toContain(expected)
        expect(version).not.toContain(texts.invitation)
        expect(version).not.toMatch(/\{\{|undefined|null|&#|&[a-z]+;/)
      }
      for (const status of ['voided', 'expired'] as const) {
        for (const version of readVersions(
          buildPassEmail({ ...emailData, locale, status }, theme),
        )) {
          for (const expected of [texts[status], 'Annual membership', shareUrl])
            expect(version).toContain(expected)
          for (const action of [
            texts.invitation,
            texts.attached,
            texts.android,
            badges[locale].alt,
          ])
            expect(version).not.toContain(action)
        }
      }
      const withoutBarcode = buildPassEmail({ ...emailData, locale, hasBarcode: false }, theme)
      expect(collapse(withoutBarcode.text)).toContain(texts.androidHowWithoutCode)
      expect(collapse(withoutBarcode.text)).not.toContain(texts.androidHow)
      const { text, html } = buildPassEmail({ ...emailData, locale }, theme)
      expect(text).toContain(`${badges[locale].alt}:\n${shareUrl}\n`)
      expect(html).toContain(`lang="${locale}"`)
    }
  })

  it('about a key: the key, the limit, and a command that creates a pass, on one line', () => {
    for (const [limit, expected] of [
      [1234, '1,234 passes a month'],
      [null, 'as many passes as you like'],
    ] as const) {
      for (const version of readVersions(
        buildKeyEmail({ locale: 'en', key: 'pw_live_abc', publicUrl, limit }, theme),
      )) {
        expect(version).toContain(expected)
        expect(version).toContain('"Authorization: Bearer pw_live_abc"')
      }
    }
    const { text } = buildKeyEmail(
      { locale: 'de', key: 'pw_live_abc', publicUrl, limit: 1234 },
      theme,
    )
    expect(text).toMatch(
      /^curl .*https:\/\/passes\.example\.com\/api\/pkpass.* -o member\.pkpass$/m,
    )
    expect(text).toContain('1.234 Karten im Monat')
  })

  it('about an existing key: how to have it replaced, and never the key', () => {
    for (const version of readVersions(buildExistingKeyEmail({ locale: 'en', publicUrl }, theme))) {
      expect(version).toContain('passwright keys rotate')
      expect(version).not.toContain('pw_live_')
    }
  })
})

describe('the email with a pass', () => {
  const text = (change: Partial<typeof emailData>) =>
    buildPassEmail({ ...emailData, ...change }, theme).text

  it('greets the recipient by name if it is known, and only once', () => {
    expect(text({})).toMatch(
      /^Hello Ada Example,\n\nHere is your pass “Annual membership”\.\n\nAdd it/,
    )
    expect(text({ name: ' \u200e\n' })).toMatch(/^Hello,\n/)
    expect(text({ message: 'Come in.' })).toMatch(/^Hello Ada Example,\n\nCome in\.\n\nRiverside/)
    expect(text({ message: 'Dear {{ name }},\ncome in.' })).toMatch(
      /^Dear Ada Example,\ncome in\.\n/,
    )
    expect(text({ message: 'Dear {{name}}, come in.', name: '' })).toMatch(/^Dear, come in\./)
    expect(text({ message: ' \n ' })).toMatch(/Here is your pass/)
  })

  it('starts with a notice if a pass is voided, expired or a test', () => {
    expect(text({ status: 'voided' })).toMatch(/^This pass has been voided/)
    expect(text({ status: 'expired' })).toMatch(/^This pass has expired/)
    expect(text({ development: true })).toMatch(
      /^This is a test pass: .*development\s+certificate/s,
    )
    expect(text({})).not.toMatch(/voided|expired|test pass/)
  })

  it('keeps the line breaks of a message, in both versions', () => {
    const email = buildPassEmail({ ...emailData, message: 'a\r\nb\r\rc\u2028d\n\n\te' }, theme)
    expect(email.text).toContain('a\nb\n\nc\nd\n\n e')
    expect(email.html).toContain('a<br>b<br><br>c<br>d<br><br> e')
  })

  it('wraps plain text at 72 characters, but never breaks a link', () => {
    const long = `https://passes.example.com/p/${'x'.repeat(300)}`
    const email = buildPassEmail(
      { ...emailData, shareUrl: long, message: `${'word '.repeat(50)}${long}?y=1` },
      theme,
    )
    const lines = email.text.split('\n')
    expect(lines).toContain(long)
    expect(lines).toContain(`${long}?y=1`)
    expect(lines.filter((line) => line.length > 72)).toEqual([`${long}?y=1`, long])
  })

  it('does not turn texts of callers into links', () => {
    const email = buildPassEmail(
      { ...emailData, message: 'http://eve.example.com', title: 'https://eve.example.com' },
      theme,
    )
    expect(email.html.match(/href="[^"]*eve/)).toBeNull()
  })

  it('shows at most four fields of the card, and truncates long ones', () => {
    const fields = Array.from({ length: 6 }, (_, n) => ({
      label: `L${n}`,
      value: n === 0 ? 'long '.repeat(1000) : n === 1 ? ' ' : `v${n}`,
    }))
    const { text, html } = buildPassEmail({ ...emailData, fields }, theme)
    expect(text.replace(/\s+/g, ' ')).toMatch(/ L0: (long ){31}long… L2: v2 L3: v3 L4: v4 Add/)
    expect(html).not.toContain('v5')
  })

  it('contains a message of 10,000 characters in full, and truncates a longer one, in both versions', () => {
    const complete = buildPassEmail({ ...emailData, message: `${'&'.repeat(9_999)}!` }, theme)
    expect(complete.text).toContain(`${'&'.repeat(9_999)}!`)
    const truncated = buildPassEmail(
      { ...emailData, name: '&'.repeat(128), message: '{{name}}'.repeat(1250) },
      theme,
    )
    expect(truncated.text).toMatch(/&…\n/)
    expect(truncated.html).toContain('&#38;…</p>')
    expect(Buffer.byteLength(truncated.html)).toBeGreaterThan(90_000)
    expect(truncated.text).toContain(shareUrl)
  })

  it('truncates a very long title', () => {
    const title = 'v'.repeat(100_000)
    const email = buildPassEmail(
      { ...emailData, title, organizationName: title, name: title },
      theme,
    )
    for (const { findViolations } of rules) expect(findViolations(inspectEmail(email))).toEqual([])
    expect(email.text).toContain(`\n${'v'.repeat(127)}…\n`)
  })

  it('embeds the badge of its theme and the QR code', () => {
    const { images, html } = buildPassEmail({ ...emailData, locale: 'de' }, theme)
    expect(images.map(({ fileName, png }) => [fileName, png])).toEqual([
      ['badge.png', theme.badges.de.png],
      ['qr-code.png', emailData.qr],
    ])
    for (const { cid } of images) expect(html).toContain(`src="cid:${cid}"`)
    expect(html).toContain('width="285" height="48" alt="Zu Apple Wallet hinzufügen"')
  })
})
