import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Locale, locales } from '@passwright/shared/schema'
import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../src/config-error.ts'
import { badges } from '../../src/email/templates/badge.ts'
import { builtInMessages, messagePlaceholders } from '../../src/email/templates/messages.ts'
import { loadEmailTheme } from '../../src/email/templates/theme.ts'
import { buildPassEmail } from '../../src/pass-email/content.ts'
import { createTemporaryFolder } from '../support/environment/temporary-folder.ts'
import { createHeaderChunk, createTinyPng, writePng } from '../support/images/png.ts'
import { emailData } from '../support/pass-email/email-samples.ts'
import { inspectEmail, rules } from '../support/pass-email/mail-client-rules.ts'

type Files = Record<string, string | Uint8Array>

async function createFolder(files: Files): Promise<string> {
  const folder = await createTemporaryFolder()
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  return folder
}

async function loadErrors(folder: string): Promise<string[]> {
  const error = await loadEmailTheme(folder).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(ConfigError)
  return (error as ConfigError).messages.map((line) => line.replace(`${folder}/`, ''))
}

const png = (width: number, height: number) =>
  writePng([
    createHeaderChunk(width, height, 8, 6),
    { type: 'IDAT', data: Buffer.alloc(9) },
    { type: 'IEND', data: Buffer.alloc(0) },
  ])
const svg = (inside = '', root = 'viewBox="0 0 110 35"') =>
  `<svg xmlns="http://www.w3.org/2000/svg" ${root}>${inside}</svg>`

describe('the built-in texts', () => {
  it('use only the placeholders that are documented for them', () => {
    for (const locale of locales) {
      for (const [key, text] of Object.entries(builtInMessages[locale])) {
        const allowed: readonly string[] =
          messagePlaceholders[key as keyof typeof messagePlaceholders]
        const used = [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name)
        expect(allowed, key).toEqual(expect.arrayContaining(used))
      }
    }
  })

  it('can be replaced by an operator, key by key', async () => {
    const files = Object.fromEntries(
      locales.map((locale) => [`${locale}.json`, JSON.stringify(builtInMessages[locale])]),
    )
    await expect(loadEmailTheme(await createFolder(files))).resolves.toEqual(
      await loadEmailTheme(undefined),
    )
    await expect(loadEmailTheme(await createFolder({}))).resolves.toEqual(
      await loadEmailTheme(undefined),
    )
  })

  it('are complete in German, with umlauts and German quotes', () => {
    expect(Object.keys(builtInMessages.de)).toEqual(Object.keys(builtInMessages.en))
    const german = Object.values(builtInMessages.de).join(' ')
    expect(german).toMatch(/ä.*ö.*ü|ü.*ö.*ä|ö.*ä.*ü/s)
    expect(german).not.toMatch(/["'“][A-Za-z]/)
    expect(german).not.toMatch(/\b(du|dein|dir)\b/i)
  })
})

describe('an operator’s theme', () => {
  it('replaces the texts that it contains and keeps the others', async () => {
    const folder = await createFolder({
      'de.json': '\ufeff{"greeting": "Moin {{ name }}!", "why": "<b>Verein</b>\\nUferweg 1"}',
      'README.md': 'notes',
      '.hidden.json': '{',
    })
    const theme = await loadEmailTheme(folder)
    expect(theme.messages.en).toEqual(builtInMessages.en)
    expect(theme.messages.de.attached).toBe(builtInMessages.de.attached)
    const email = buildPassEmail({ ...emailData, locale: 'de' }, theme)
    expect(email.text).toMatch(/^Moin Ada Example!\n/)
    expect(email.text).toContain('<b>Verein</b>\nUferweg 1')
    expect(email.html).toContain('&#60;b&#62;Verein&#60;/b&#62;<br>Uferweg 1')
    for (const { findViolations } of rules) expect(findViolations(inspectEmail(email))).toEqual([])
  })

  it('replaces the badge, at the same height and with its own proportions', async () => {
    const badge = { png: png(465, 147), svg: svg('<path d="M0 0"/><use href="#a"/>') }
    const folder = await createFolder({ 'badge-en.png': badge.png, 'badge-en.svg': badge.svg })
    const theme = await loadEmailTheme(folder)
    expect(theme.badges.en).toEqual({
      png: badge.png,
      svg: badge.svg,
      width: 152,
      height: 48,
      alt: 'Add to Apple Wallet',
    })
    expect(theme.badges.de).toEqual(badges.de)
    const email = buildPassEmail(emailData, theme)
    expect(email.images[0]?.png).toEqual(badge.png)
    expect(email.html).toContain('width="152" height="48" alt="Add to Apple Wallet"')
  })

  it('shows its PNG on pages too if it has no SVG', async () => {
    const badge = png(465, 147)
    const { badges: loaded } = await loadEmailTheme(await createFolder({ 'badge-de.png': badge }))
    expect(loaded.de.svg).toContain(`href="data:image/png;base64,${badge.toString('base64')}"`)
    expect(loaded.de.svg).toMatch(
      /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="152" height="48"/,
    )
  })

  it('with the longest texts and names still makes emails that Gmail does not clip', async () => {
    const longest = (locale: Locale) =>
      Object.fromEntries(
        Object.keys(builtInMessages[locale]).map((key) => {
          const [name] = messagePlaceholders[key as keyof typeof messagePlaceholders]
          const placeholders = name ? `{{${name}}}`.repeat(8) : ''
          return [key, placeholders + '&'.repeat(600 - placeholders.length)]
        }),
      )
    const theme = await loadEmailTheme(
      await createFolder({ 'en.json': JSON.stringify(longest('en')) }),
    )
    const text = '&'.repeat(128)
    const email = buildPassEmail(
      {
        ...emailData,
        name: text,
        title: text.slice(64),
        organizationName: text,
        fields: Array.from({ length: 4 }, () => ({ label: text, value: '&'.repeat(1000) })),
        message: '&'.repeat(10_000),
        status: 'voided',
        development: true,
      },
      theme,
    )
    for (const { findViolations } of rules) expect(findViolations(inspectEmail(email))).toEqual([])
    expect(email.text).toContain('…')
  })
})

describe('an error in an operator’s theme is reported with its file and the fix:', () => {
  const jsonErrors: [string, string | Uint8Array, RegExp][] = [
    [
      'JSON that does not parse',
      '{\n  "greeting": "x",\n  "why" "y"\n}',
      /^en\.json is not valid JSON: .*, in line 3; fix that line$/,
    ],
    [
      'a trailing comma',
      '{\n  "greeting": "x",\n}',
      /^en\.json is not valid JSON: .*, in line 3; fix/,
    ],
    [
      'a line break in a text',
      '{"greeting": "x\ny"}',
      /^en\.json is not valid JSON: .*, in line 1; fix/,
    ],
    [
      'JSON that ends too early',
      '{\n"greeting":\n',
      /^en\.json is not valid JSON: it ends too early, in line 3/,
    ],
    ['an empty file', '', /^en\.json is not valid JSON: it ends too early, in line 1/],
    [
      'a file that is not JSON',
      'greeting = x',
      /^en\.json is not valid JSON: .*in line 1; fix that line$/,
    ],
    ['an array', '["x"]', /^en\.json must be one object of texts, such as \{/],
    ['null', 'null', /^en\.json must be one object of texts/],
    [
      'another encoding',
      Buffer.from('{"why":"f\u00fcr"}', 'latin1'),
      /^en\.json is not UTF-8; save it/,
    ],
    [
      'a misspelled key',
      '{"greting":"x"}',
      /^en\.json has a "greting" that is unknown; did you mean "greeting"\?$/,
    ],
    ['a key in the wrong case', '{"keyintro":"x"}', /did you mean "keyIntro"\?$/],
    [
      'an unknown key',
      '{"unsubscribe":"x"}',
      /"unsubscribe" that is unknown; the keys are subject, preheader, /,
    ],
    [
      'a key that every object inherits',
      '{"__proto__":"x"}',
      /"__proto__" that is unknown; the keys are/,
    ],
    [
      'a value that is not a text',
      '{"why":1}',
      /^en\.json has a "why" that is not a text; write it in quotes$/,
    ],
    ['an empty text', '{"why":" \\n"}', /"why" that is empty; write a text, or remove it/],
    [
      'a text too long',
      JSON.stringify({ why: 'x'.repeat(601) }),
      /"why" that has more than 600 characters; make it shorter$/,
    ],
    [
      'too many placeholders',
      JSON.stringify({ why: '{{title}}'.repeat(9) }),
      /"why" that has more than 8 placeholders/,
    ],
    [
      'an unknown placeholder',
      '{"greeting":"Hi {{nam}}"}',
      /"greeting" that uses \{\{nam\}\}; use only \{\{name\}\} there$/,
    ],
    [
      'a placeholder of another text',
      '{"attached":"Hi {{name}}"}',
      /"attached" that uses \{\{name\}\}; this text has no placeholders$/,
    ],
    [
      'half a placeholder',
      '{"greeting":"Hi {{name}"}',
      /"greeting" that has \{\{ without \}\} or the reverse/,
    ],
  ]
  it.each(jsonErrors)('%s', async (_, content, expected) => {
    const errors = await loadErrors(await createFolder({ 'en.json': content }))
    expect(errors).toEqual([expect.stringMatching(expected)])
  })

  const pngErrors: [string, Files, RegExp][] = [
    [
      'a PNG that is not a PNG',
      { 'badge-en.png': 'GIF89a' },
      /^badge-en\.png is not a PNG; export/,
    ],
    [
      'a PNG that is damaged',
      { 'badge-en.png': createTinyPng().subarray(0, 40) },
      /^badge-en\.png is a damaged PNG; export/,
    ],
    [
      'a PNG without its end',
      { 'badge-en.png': png(300, 96).subarray(0, -4) },
      /^badge-en\.png is a damaged PNG/,
    ],
    ['a PNG of no height', { 'badge-en.png': png(300, 0) }, /^badge-en\.png is a damaged PNG/],
    [
      'a PNG too small',
      { 'badge-en.png': png(100, 40) },
      /^badge-en\.png is 40 pixels high; make it at least 48, better 144$/,
    ],
    [
      'a PNG too wide',
      { 'badge-en.png': png(1000, 96) },
      /^badge-en\.png would be 500 pixels wide at a height of 48; it must be 48 to 320$/,
    ],
    [
      'a PNG too narrow',
      { 'badge-en.png': png(90, 100) },
      /^badge-en\.png would be 43 pixels wide/,
    ],
    [
      'a file too large',
      { 'badge-en.png': Buffer.alloc(1024 * 1024 + 1) },
      /^badge-en\.png is larger than 1 MB; make it smaller$/,
    ],
    [
      'an SVG without a PNG',
      { 'badge-de.svg': svg() },
      /^badge-de\.svg needs a PNG of the same name; emails cannot show SVG$/,
    ],
  ]
  it.each(pngErrors)('%s', async (_, files, expected) => {
    expect(await loadErrors(await createFolder(files))).toEqual([expect.stringMatching(expected)])
  })

  const svgErrors: [string, string, RegExp][] = [
    ['an SVG that is not an SVG', 'hello', /is not an SVG; export/],
    ['an incomplete SVG', svg().slice(0, -3), /is not an SVG; export/],
    [
      'an SVG with a script',
      svg('<script>alert(1)</script>'),
      /contains a script or a foreign document; remove it/,
    ],
    ['an SVG with HTML in it', svg('<foreignObject/>'), /contains a script or a foreign document/],
    ['an SVG with an event handler', svg('<g onload = "x"/>'), /contains an event handler/],
    [
      'an SVG with a script as a link',
      svg('<path style="x:javascript:y"/>'),
      /contains a javascript: link/,
    ],
    [
      'an SVG that links',
      svg('<image href="https://example.com/x.png"/>'),
      /links to an external resource/,
    ],
    [
      'an SVG that links with xlink:href',
      svg(`<image xlink:href='//example.com/x.png'/>`),
      /links to an external resource/,
    ],
    [
      'an SVG with an external fill',
      svg('<rect fill="url(https://example.com/#a)"/>'),
      /loads a resource with url/,
    ],
    ['an SVG with a style sheet', svg('<style>@import "x";</style>'), /loads a style sheet/],
    ['an SVG with entities', `<!DOCTYPE svg [<!ENTITY a "b">]>${svg()}`, /declares entities/],
    ['an SVG without its namespace', svg().replace(/ xmlns="[^"]*"/, ''), /lacks xmlns=/],
    ['an SVG without a size', svg('', 'id="a"'), /has neither a viewBox nor a width and height/],
    [
      'an SVG of other proportions',
      svg('', 'width="100" height="100"'),
      /has other proportions than the PNG/,
    ],
  ]
  it.each(svgErrors)('%s', async (_, drawing, expected) => {
    const folder = await createFolder({ 'badge-en.png': png(330, 105), 'badge-en.svg': drawing })
    const errors = await loadErrors(folder)
    expect(errors.filter((line) => !expected.test(line))).toEqual([])
    expect(errors).toEqual([expect.stringMatching(/^badge-en\.svg /)])
  })

  it('but an SVG exported from Illustrator is accepted', async () => {
    const drawing = `<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg version="1.1" id="l" xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" x="0px" y="0px" width="110px" height="35px" viewBox="0 0 110 35" xml:space="preserve">
<defs><path id="a" d="M0 0"/></defs><use xlink:href="#a" fill="url(#b)" clip-path="url( '#c' )"/>
<image xlink:href="data:image/png;base64,AAAA"/></svg>
`
    const folder = await createFolder({ 'badge-en.png': png(330, 105), 'badge-en.svg': drawing })
    expect((await loadEmailTheme(folder)).badges.en.svg).toBe(drawing)
  })

  it.each([
    ['fr.json', 'move it elsewhere'],
    ['en.JSON', 'rename it to en.json, or move it elsewhere'],
    ['EN.json', 'rename it to en.json, or'],
    ['badge_en.png', 'rename it to badge-en.png, or'],
    ['badge-en.jpg', 'rename it to badge-en.png, or'],
    ['badge-fr.svg', 'move it elsewhere'],
    ['logo.png', 'move it elsewhere'],
  ])('a file called %s', async (name, fix) => {
    const [error] = await loadErrors(await createFolder({ [name]: '' }))
    expect(error).toMatch(new RegExp(`^${name} is not one of the theme's files \\(en\\.json, `))
    expect(error).toContain(fix)
  })

  it('a folder that does not exist, and one that is a file', async () => {
    const folder = await createFolder({ file: '' })
    expect(await loadErrors(join(folder, 'away'))).toEqual([
      expect.stringMatching(/away does not exist; create the folder, or remove MAIL_TEMPLATES$/),
    ])
    expect(await loadErrors(join(folder, 'file'))).toEqual([
      expect.stringMatching(/file is not a folder; set MAIL_TEMPLATES to the folder/),
    ])
  })

  it('a file that cannot be read', async () => {
    const folder = await createFolder({})
    await mkdir(join(folder, 'en.json'))
    expect(await loadErrors(folder)).toEqual([
      expect.stringMatching(
        /^en\.json cannot be read \(EISDIR\); make it readable for this service$/,
      ),
    ])
  })

  it('all errors together, and no part of the theme is used', async () => {
    const folder = await createFolder({
      'en.json': '{"greting":"x","why":"","voided":"{{name}}"}',
      'de.json': '{',
      'fr.json': '{}',
      'badge-en.png': 'x',
      'badge-de.svg': '<svg>',
    })
    const errors = await loadErrors(folder)
    expect(errors.map((line) => line.split(' ')[0]).sort()).toEqual([
      'badge-de.svg',
      'badge-de.svg',
      'badge-en.png',
      'de.json',
      'en.json',
      'en.json',
      'en.json',
      'fr.json',
    ])
    const error = await loadEmailTheme(folder).catch((thrown: Error) => thrown)
    expect(error).toMatchObject({
      name: 'ConfigError',
      message: expect.stringContaining('8 configuration error(s)'),
    })
  })
})
