import { locales } from '@passwright/shared/schema'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EmailContent } from '../../src/email/templates/content.ts'
import { loadEmailTheme } from '../../src/email/templates/theme.ts'
import { buildPassEmail } from '../../src/pass-email/content.ts'
import { buildExistingKeyEmail, buildKeyEmail } from '../../src/signup/key-email.ts'
import { readableText } from '../support/email-html.ts'
import { facts, oddFacts, oddTexts, shareUrl } from '../support/email-samples.ts'
import { rules, see } from '../support/mail-client-rules.ts'

const stationery = await loadEmailTheme(undefined)
const publicUrl = 'https://passes.example.com'

/** Every letter in every language, also with what nobody would write on purpose. */
const letters: [string, EmailContent][] = locales.flatMap((locale): [string, EmailContent][] => {
  const pass = (change: Partial<typeof facts>) =>
    buildPassEmail({ ...facts, ...change, locale }, stationery)
  const key = 'pw_live_0123456789abcdefghij'
  return [
    ['an everyday pass', pass({})],
    ['a pass for nobody known', pass({ name: '', organizationName: facts.title, fields: [] })],
    ['a voided pass', pass({ state: 'voided' })],
    ['an expired test pass', pass({ state: 'expired', development: true })],
    [
      'colors that nobody can read',
      pass({ colors: { background: '#777', foreground: '#888', label: '#7a7a7a' } }),
    ],
    [
      'white on white',
      pass({ colors: { background: '#ffffff', foreground: '#fff', label: '#FFFFFF' } }),
    ],
    ...Object.entries(oddTexts).map(([name, text]): [string, EmailContent] => [
      `texts ${name}`,
      buildPassEmail({ ...oddFacts(text), locale }, stationery),
    ]),
    ...['&', '"', '<', '\n', '界', '🎟', 'a ', '{{name}}'].map((piece): [string, EmailContent] => [
      `a message of 10,000 characters of ${JSON.stringify(piece)}`,
      pass({
        name: '&'.repeat(128),
        message: piece.repeat(Math.floor(10_000 / [...piece].length)),
      }),
    ]),
    ['a new key', buildKeyEmail({ locale, key, publicUrl, limit: 1000 }, stationery)],
    [
      'a new key without a limit',
      buildKeyEmail({ locale, key, publicUrl, limit: null }, stationery),
    ],
    ['a key that is known', buildExistingKeyEmail({ locale, publicUrl }, stationery)],
  ].map(([name, letter]): [string, EmailContent] => [`${name}, ${locale}`, letter as EmailContent])
})

describe('every letter keeps the rules of the mail programs', () => {
  const seen = letters.map(([name, letter]) => ({ name, seen: see(letter) }))

  it.each(rules.map((one) => [`${one.programs}: ${one.rule}`, one] as const))(
    '%s',
    (_, { broken }) => {
      const told = seen.flatMap(({ name, seen }) =>
        broken(seen).map((fault) => `${name}: ${fault}`),
      )
      expect(told).toEqual([])
    },
  )

  it('and links nowhere but to the pass, or to the service', () => {
    for (const { name, seen: each } of seen) {
      const links = each.elements.flatMap(({ attributes }) => attributes.href ?? [])
      expect(new Set(links), name).toEqual(
        new Set(/\bkey\b/.test(name) ? (/known/.test(name) ? [] : [publicUrl]) : [shareUrl]),
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

  it('is one line without control characters, whatever callers write', () => {
    fc.assert(
      fc.property(anyText, anyText, anyText, anyText, (subject, name, title, organizationName) => {
        const letter = buildPassEmail(
          { ...facts, subject, name, title: `${title}x`, organizationName },
          stationery,
        )
        expect(letter.subject).not.toMatch(control)
        expect(letter.subject.isWellFormed()).toBe(true)
        expect(letter.subject).toBe(letter.subject.trim())
        expect([...letter.subject].length).toBeGreaterThan(0)
        expect([...letter.subject].length).toBeLessThanOrEqual(200)
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
    expect(buildPassEmail({ ...facts, subject }, stationery).subject).toBe(expected)
  })

  it('is cut at 200 characters when what is filled in makes it longer', () => {
    const name = '🎟'.repeat(128)
    const { subject } = buildPassEmail(
      { ...facts, name, subject: '{{name}} '.repeat(20) },
      stationery,
    )
    expect([...subject].length).toBe(200)
    expect(subject).toMatch(/🎟…$/u)
  })

  it('is the name of the HTML as well, and says nothing twice when filled in', () => {
    const letter = buildPassEmail(
      { ...facts, subject: '{{name}}', name: '{{title}} & <b>' },
      stationery,
    )
    expect(letter.subject).toBe('{{title}} & <b>')
    expect(see(letter).elements.find(({ tag }) => tag === 'title')?.text).toBe('{{title}} & <b>')
  })
})

describe('both versions of a letter say the same', () => {
  const flat = (text: string) => text.replace(/\s+/g, ' ')
  const versions = (letter: EmailContent) => [flat(letter.text), readableText(letter.html)]

  it.each(Object.entries(oddTexts))('without control characters and turned text: %s', (_, text) => {
    const control = /[^\P{Cc}\n]|[\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u
    const odd = oddFacts(text)
    const letter = buildPassEmail({ ...odd, message: undefined }, stationery)
    for (const version of [letter.text, letter.html]) {
      expect(version).not.toMatch(control)
      expect(version.isWellFormed()).toBe(true)
    }
    // A message may turn its own text; what is not text it may not have.
    const { text: own, html } = buildPassEmail(odd, stationery)
    expect(own + html).not.toMatch(/[^\P{Cc}\n]/u)
  })

  it.each(Object.entries(oddTexts))('of texts %s', (_, text) => {
    const odd = oddFacts(text)
    for (const version of versions(buildPassEmail(odd, stationery))) {
      const clean = flat(
        text
          .toWellFormed()
          .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
          .replace(/[\u200f\u202e\u2066\u2069]/g, ''),
      )
      expect(version).toContain(clean.trim())
    }
  })

  it('of a pass: who, what, where to tap, why, and what to do on Android', () => {
    const { messages, badges } = stationery
    for (const locale of locales) {
      const own = messages[locale]
      for (const version of versions(
        buildPassEmail({ ...facts, locale, development: true }, stationery),
      )) {
        for (const said of [
          own.development,
          own.attached,
          own.computer,
          own.android,
          own.androidHow,
          'Ada Example',
          'Annual membership',
          'Riverside Climbing Club',
          'Valid until',
          '31 December 2027',
          shareUrl,
        ])
          expect(version).toContain(said)
        expect(version).not.toContain(own.invitation)
        expect(version).not.toMatch(/\{\{|undefined|null|&#|&[a-z]+;/)
      }
      for (const state of ['voided', 'expired'] as const) {
        for (const version of versions(buildPassEmail({ ...facts, locale, state }, stationery))) {
          for (const said of [own[state], 'Annual membership', shareUrl])
            expect(version).toContain(said)
          for (const inviting of [own.invitation, own.attached, own.android, badges[locale].alt])
            expect(version).not.toContain(inviting)
        }
      }
      const codeless = buildPassEmail({ ...facts, locale, hasCode: false }, stationery)
      expect(flat(codeless.text)).toContain(own.androidHowWithoutCode)
      expect(flat(codeless.text)).not.toContain(own.androidHow)
      const { text, html } = buildPassEmail({ ...facts, locale }, stationery)
      expect(text).toContain(`${badges[locale].alt}:\n${shareUrl}\n`)
      expect(html).toContain(`lang="${locale}"`)
    }
  })

  it('of a key: the key, the limit, and a line that makes a pass, in one piece', () => {
    for (const [limit, words] of [
      [1234, '1,234 passes a month'],
      [null, 'as many passes as you like'],
    ] as const) {
      for (const version of versions(
        buildKeyEmail({ locale: 'en', key: 'pw_live_abc', publicUrl, limit }, stationery),
      )) {
        expect(version).toContain(words)
        expect(version).toContain('"Authorization: Bearer pw_live_abc"')
      }
    }
    const { text } = buildKeyEmail(
      { locale: 'de', key: 'pw_live_abc', publicUrl, limit: 1234 },
      stationery,
    )
    expect(text).toMatch(
      /^curl .*https:\/\/passes\.example\.com\/api\/pkpass.* -o member\.pkpass$/m,
    )
    expect(text).toContain('1.234 Karten im Monat')
  })

  it('of a key that is known: how to have it replaced, and never a key', () => {
    for (const version of versions(
      buildExistingKeyEmail({ locale: 'en', publicUrl }, stationery),
    )) {
      expect(version).toContain('passwright keys rotate')
      expect(version).not.toContain('pw_live_')
    }
  })
})

describe('the letter with a pass', () => {
  const text = (change: Partial<typeof facts>) =>
    buildPassEmail({ ...facts, ...change }, stationery).text

  it('greets by name where it is known, and once', () => {
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

  it('says first that a pass is voided, expired or only a test', () => {
    expect(text({ state: 'voided' })).toMatch(/^This pass has been voided/)
    expect(text({ state: 'expired' })).toMatch(/^This pass has expired/)
    expect(text({ development: true })).toMatch(
      /^This is a test pass: .*development\s+certificate/s,
    )
    expect(text({})).not.toMatch(/voided|expired|test pass/)
  })

  it('keeps the line breaks of a message, in both versions', () => {
    const letter = buildPassEmail({ ...facts, message: 'a\r\nb\r\rc\u2028d\n\n\te' }, stationery)
    expect(letter.text).toContain('a\nb\n\nc\nd\n\n e')
    expect(letter.html).toContain('a<br>b<br><br>c<br>d<br><br> e')
  })

  it('breaks lines of text at 72 characters, but never a link', () => {
    const long = `https://passes.example.com/p/${'x'.repeat(300)}`
    const letter = buildPassEmail(
      { ...facts, shareUrl: long, message: `${'word '.repeat(50)}${long}?y=1` },
      stationery,
    )
    const lines = letter.text.split('\n')
    expect(lines).toContain(long)
    expect(lines).toContain(`${long}?y=1`)
    expect(lines.filter((line) => line.length > 72)).toEqual([`${long}?y=1`, long])
  })

  it('makes no link of what callers write', () => {
    const letter = buildPassEmail(
      { ...facts, message: 'http://eve.example.com', title: 'https://eve.example.com' },
      stationery,
    )
    expect(letter.html.match(/href="[^"]*eve/)).toBeNull()
  })

  it('shows at most four texts of the card, and long ones not to their end', () => {
    const fields = Array.from({ length: 6 }, (_, n) => ({
      label: `L${n}`,
      value: n === 0 ? 'long '.repeat(1000) : n === 1 ? ' ' : `v${n}`,
    }))
    const { text, html } = buildPassEmail({ ...facts, fields }, stationery)
    expect(text.replace(/\s+/g, ' ')).toMatch(/ L0: (long ){31}long… L2: v2 L3: v3 L4: v4 Add/)
    expect(html).not.toContain('v5')
  })

  it('carries a whole message of 10,000 characters, and of a longer one what fits, in both versions', () => {
    const whole = buildPassEmail({ ...facts, message: `${'&'.repeat(9_999)}!` }, stationery)
    expect(whole.text).toContain(`${'&'.repeat(9_999)}!`)
    const grown = buildPassEmail(
      { ...facts, name: '&'.repeat(128), message: '{{name}}'.repeat(1250) },
      stationery,
    )
    expect(grown.text).toMatch(/&…\n/)
    expect(grown.html).toContain('&#38;…</p>')
    expect(Buffer.byteLength(grown.html)).toBeGreaterThan(90_000)
    expect(grown.text).toContain(shareUrl)
  })

  it('stays short where a title is not', () => {
    const title = 'v'.repeat(100_000)
    const letter = buildPassEmail(
      { ...facts, title, organizationName: title, name: title },
      stationery,
    )
    for (const { broken } of rules) expect(broken(see(letter))).toEqual([])
    expect(letter.text).toContain(`\n${'v'.repeat(127)}…\n`)
  })

  it('shows the badge and the code that it was given', () => {
    const { images, html } = buildPassEmail({ ...facts, locale: 'de' }, stationery)
    expect(images.map(({ fileName, png }) => [fileName, png])).toEqual([
      ['badge.png', stationery.badges.de.png],
      ['qr-code.png', facts.qr],
    ])
    for (const { cid } of images) expect(html).toContain(`src="cid:${cid}"`)
    expect(html).toContain('width="285" height="48" alt="Zu Apple Wallet hinzufügen"')
  })
})
