import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Locale, locales } from '@passwright/shared/schema'
import { describe, expect, it } from 'vitest'
import { builtInMessages, messagePlaceholders } from '../../src/email/templates/messages.ts'
import { loadEmailTheme, ThemeError } from '../../src/email/templates/theme.ts'
import { buildPassEmail } from '../../src/pass-email/content.ts'
import { badges } from '../../src/web/badge.ts'
import { facts } from '../support/email-samples.ts'
import { rules, see } from '../support/mail-client-rules.ts'
import { header, tinyPng, writePng } from '../support/png.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

type Files = Record<string, string | Uint8Array>

async function folderOf(files: Files): Promise<string> {
  const folder = await temporaryFolder()
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  return folder
}

async function mistakesOf(folder: string): Promise<string[]> {
  const error = await loadEmailTheme(folder).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(ThemeError)
  return (error as ThemeError).mistakes.map((line) => line.replace(`${folder}/`, ''))
}

const png = (width: number, height: number) =>
  writePng([
    header(width, height, 8, 6),
    { type: 'IDAT', data: Buffer.alloc(9) },
    { type: 'IEND', data: Buffer.alloc(0) },
  ])
const svg = (inside = '', root = 'viewBox="0 0 110 35"') =>
  `<svg xmlns="http://www.w3.org/2000/svg" ${root}>${inside}</svg>`

describe('the words that are built in', () => {
  it('use only the placeholders that are documented for them, and every one of them somewhere', () => {
    for (const locale of locales) {
      for (const [key, word] of Object.entries(builtInMessages[locale])) {
        const allowed: readonly string[] =
          messagePlaceholders[key as keyof typeof messagePlaceholders]
        const used = [...word.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name)
        expect(allowed, key).toEqual(expect.arrayContaining(used))
      }
    }
  })

  it('are what an operator’s file may say, key by key', async () => {
    const files = Object.fromEntries(
      locales.map((locale) => [`${locale}.json`, JSON.stringify(builtInMessages[locale])]),
    )
    await expect(loadEmailTheme(await folderOf(files))).resolves.toEqual(
      await loadEmailTheme(undefined),
    )
    await expect(loadEmailTheme(await folderOf({}))).resolves.toEqual(
      await loadEmailTheme(undefined),
    )
  })

  it('say the same things in German, in German letters and quotes', () => {
    expect(Object.keys(builtInMessages.de)).toEqual(Object.keys(builtInMessages.en))
    const german = Object.values(builtInMessages.de).join(' ')
    expect(german).toMatch(/ä.*ö.*ü|ü.*ö.*ä|ö.*ä.*ü/s)
    expect(german).not.toMatch(/["'“][A-Za-z]/)
    expect(german).not.toMatch(/\b(du|dein|dir)\b/i)
  })
})

describe('an operator’s folder', () => {
  it('changes the words that it has and leaves the others', async () => {
    const folder = await folderOf({
      'de.json': '\ufeff{"greeting": "Moin {{ name }}!", "why": "<b>Verein</b>\\nUferweg 1"}',
      'README.md': 'ours',
      '.hidden.json': '{',
    })
    const stationery = await loadEmailTheme(folder)
    expect(stationery.messages.en).toEqual(builtInMessages.en)
    expect(stationery.messages.de.attached).toBe(builtInMessages.de.attached)
    const letter = buildPassEmail({ ...facts, locale: 'de' }, stationery)
    expect(letter.text).toMatch(/^Moin Ada Example!\n/)
    expect(letter.text).toContain('<b>Verein</b>\nUferweg 1')
    expect(letter.html).toContain('&#60;b&#62;Verein&#60;/b&#62;<br>Uferweg 1')
    for (const { broken } of rules) expect(broken(see(letter))).toEqual([])
  })

  it('puts its own badge in the place of ours, at our height and with its proportions', async () => {
    const own = { png: png(465, 147), svg: svg('<path d="M0 0"/><use href="#a"/>') }
    const folder = await folderOf({ 'badge-en.png': own.png, 'badge-en.svg': own.svg })
    const stationery = await loadEmailTheme(folder)
    expect(stationery.badges.en).toEqual({
      png: own.png,
      svg: own.svg,
      width: 152,
      height: 48,
      alt: 'Add to Apple Wallet',
    })
    expect(stationery.badges.de).toEqual(badges.de)
    const letter = buildPassEmail(facts, stationery)
    expect(letter.images[0]?.png).toEqual(own.png)
    expect(letter.html).toContain('width="152" height="48" alt="Add to Apple Wallet"')
  })

  it('shows its PNG on pages too where it has no SVG', async () => {
    const own = png(465, 147)
    const { badges: found } = await loadEmailTheme(await folderOf({ 'badge-de.png': own }))
    expect(found.de.svg).toContain(`href="data:image/png;base64,${own.toString('base64')}"`)
    expect(found.de.svg).toMatch(
      /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="152" height="48"/,
    )
  })

  it('with the longest words and names still makes letters that Gmail does not cut off', async () => {
    const longest = (locale: Locale) =>
      Object.fromEntries(
        Object.keys(builtInMessages[locale]).map((key) => {
          const [name] = messagePlaceholders[key as keyof typeof messagePlaceholders]
          const filled = name ? `{{${name}}}`.repeat(8) : ''
          return [key, filled + '&'.repeat(600 - filled.length)]
        }),
      )
    const stationery = await loadEmailTheme(
      await folderOf({ 'en.json': JSON.stringify(longest('en')) }),
    )
    const text = '&'.repeat(128)
    const letter = buildPassEmail(
      {
        ...facts,
        name: text,
        title: text.slice(64),
        organizationName: text,
        fields: Array.from({ length: 4 }, () => ({ label: text, value: '&'.repeat(1000) })),
        message: '&'.repeat(10_000),
        state: 'voided',
        development: true,
      },
      stationery,
    )
    for (const { broken } of rules) expect(broken(see(letter))).toEqual([])
    expect(letter.text).toContain('…')
  })
})

describe('a mistake in an operator’s folder is told with its file and the fix:', () => {
  const words: [string, string | Uint8Array, RegExp][] = [
    [
      'JSON that does not parse',
      '{\n  "greeting": "x",\n  "why" "y"\n}',
      /^en\.json is no JSON: .*, in line 3; mend that line$/,
    ],
    ['a comma too many', '{\n  "greeting": "x",\n}', /^en\.json is no JSON: .*, in line 3; mend/],
    ['a line break in a text', '{"greeting": "x\ny"}', /^en\.json is no JSON: .*, in line 1; mend/],
    [
      'JSON that ends too early',
      '{\n"greeting":\n',
      /^en\.json is no JSON: it ends too early, in line 3/,
    ],
    ['an empty file', '', /^en\.json is no JSON: it ends too early, in line 1/],
    [
      'something else than JSON',
      'greeting = x',
      /^en\.json is no JSON: .*in line 1; mend that line$/,
    ],
    ['a list', '["x"]', /^en\.json must hold one object of texts, such as \{/],
    ['null', 'null', /^en\.json must hold one object of texts/],
    [
      'another encoding',
      Buffer.from('{"why":"f\u00fcr"}', 'latin1'),
      /^en\.json is not UTF-8; save it/,
    ],
    [
      'a key that is misspelt',
      '{"greting":"x"}',
      /^en\.json has a "greting" that is not known; it is probably called "greeting"$/,
    ],
    ['a key in other letters', '{"keyintro":"x"}', /probably called "keyIntro"$/],
    [
      'a key that is none',
      '{"unsubscribe":"x"}',
      /"unsubscribe" that is not known; the texts are called subject, preheader, /,
    ],
    [
      'a key of objects',
      '{"__proto__":"x"}',
      /"__proto__" that is not known; the texts are called/,
    ],
    [
      'a text that is none',
      '{"why":1}',
      /^en\.json has a "why" that is no text; write it in quotes$/,
    ],
    ['an empty text', '{"why":" \\n"}', /"why" that is empty; write a text, or leave it out/],
    [
      'a text too long',
      JSON.stringify({ why: 'x'.repeat(601) }),
      /"why" that has more than 600 characters; make it shorter$/,
    ],
    [
      'too much to fill in',
      JSON.stringify({ why: '{{title}}'.repeat(9) }),
      /"why" that has more than 8 placeholders/,
    ],
    [
      'a placeholder of nobody',
      '{"greeting":"Hi {{nam}}"}',
      /"greeting" that uses \{\{nam\}\}; only \{\{name\}\} can be filled in there$/,
    ],
    [
      'a placeholder of another text',
      '{"attached":"Hi {{name}}"}',
      /"attached" that uses \{\{name\}\}; nothing can be filled in there$/,
    ],
    [
      'half a placeholder',
      '{"greeting":"Hi {{name}"}',
      /"greeting" that opens or closes \{\{…\}\} without the other half/,
    ],
  ]
  it.each(words)('%s', async (_, content, expected) => {
    const told = await mistakesOf(await folderOf({ 'en.json': content }))
    expect(told).toEqual([expect.stringMatching(expected)])
  })

  const pictures: [string, Files, RegExp][] = [
    ['a PNG that is none', { 'badge-en.png': 'GIF89a' }, /^badge-en\.png is no PNG; export/],
    [
      'a PNG that is damaged',
      { 'badge-en.png': tinyPng().subarray(0, 40) },
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
      'an SVG alone',
      { 'badge-de.svg': svg() },
      /^badge-de\.svg needs a PNG of the same name beside it; mails cannot show SVG$/,
    ],
  ]
  it.each(pictures)('%s', async (_, files, expected) => {
    expect(await mistakesOf(await folderOf(files))).toEqual([expect.stringMatching(expected)])
  })

  const drawings: [string, string, RegExp][] = [
    ['an SVG that is none', 'hello', /is no SVG; export/],
    ['an SVG that is cut off', svg().slice(0, -3), /is no SVG; export/],
    [
      'an SVG with a script',
      svg('<script>alert(1)</script>'),
      /holds a script or a foreign document; take it out/,
    ],
    ['an SVG with HTML in it', svg('<foreignObject/>'), /holds a script or a foreign document/],
    ['an SVG with an event handler', svg('<g onload = "x"/>'), /holds an event handler/],
    [
      'an SVG with a script as a link',
      svg('<path style="x:javascript:y"/>'),
      /holds a javascript: link/,
    ],
    [
      'an SVG that links',
      svg('<image href="https://example.com/x.png"/>'),
      /links to something outside/,
    ],
    [
      'an SVG that links in the old way',
      svg(`<image xlink:href='//example.com/x.png'/>`),
      /links to something outside/,
    ],
    [
      'an SVG that fills from elsewhere',
      svg('<rect fill="url(https://example.com/#a)"/>'),
      /loads something by url/,
    ],
    ['an SVG with a style sheet', svg('<style>@import "x";</style>'), /loads a style sheet/],
    ['an SVG with entities', `<!DOCTYPE svg [<!ENTITY a "b">]>${svg()}`, /declares entities/],
    ['an SVG without its namespace', svg().replace(/ xmlns="[^"]*"/, ''), /lacks xmlns=/],
    ['an SVG of no size', svg('', 'id="a"'), /says neither a viewBox nor a width and height/],
    [
      'an SVG of other proportions',
      svg('', 'width="100" height="100"'),
      /has other proportions than the PNG/,
    ],
  ]
  it.each(drawings)('%s', async (_, drawing, expected) => {
    const folder = await folderOf({ 'badge-en.png': png(330, 105), 'badge-en.svg': drawing })
    const told = await mistakesOf(folder)
    expect(told.filter((line) => !expected.test(line))).toEqual([])
    expect(told).toEqual([expect.stringMatching(/^badge-en\.svg /)])
  })

  it('but an SVG as Illustrator writes it is let through', async () => {
    const drawing = `<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg version="1.1" id="l" xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" x="0px" y="0px" width="110px" height="35px" viewBox="0 0 110 35" xml:space="preserve">
<defs><path id="a" d="M0 0"/></defs><use xlink:href="#a" fill="url(#b)" clip-path="url( '#c' )"/>
<image xlink:href="data:image/png;base64,AAAA"/></svg>
`
    const folder = await folderOf({ 'badge-en.png': png(330, 105), 'badge-en.svg': drawing })
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
    const [told] = await mistakesOf(await folderOf({ [name]: '' }))
    expect(told).toMatch(new RegExp(`^${name} is none of the files that are read \\(en\\.json, `))
    expect(told).toContain(fix)
  })

  it('a folder that is not there, and one that is none', async () => {
    const folder = await folderOf({ file: '' })
    expect(await mistakesOf(join(folder, 'away'))).toEqual([
      expect.stringMatching(/away is not there; make the folder, or take MAIL_TEMPLATES out$/),
    ])
    expect(await mistakesOf(join(folder, 'file'))).toEqual([
      expect.stringMatching(/file is no folder; MAIL_TEMPLATES names the folder/),
    ])
  })

  it('a file that cannot be read', async () => {
    const folder = await folderOf({})
    await mkdir(join(folder, 'en.json'))
    expect(await mistakesOf(folder)).toEqual([
      expect.stringMatching(/^en\.json cannot be read \(EISDIR\); allow it for our user$/),
    ])
  })

  it('all of them together, and nothing is half used', async () => {
    const folder = await folderOf({
      'en.json': '{"greting":"x","why":"","voided":"{{name}}"}',
      'de.json': '{',
      'fr.json': '{}',
      'badge-en.png': 'x',
      'badge-de.svg': '<svg>',
    })
    const told = await mistakesOf(folder)
    expect(told.map((line) => line.split(' ')[0]).sort()).toEqual([
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
      name: 'StationeryError',
      message: expect.stringContaining('8 mistake(s)'),
    })
  })
})
