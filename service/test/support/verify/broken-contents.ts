import type { BrokenPass } from './broken-passes.ts'
import { createPng, type Files, images, type PassKit } from './pass-kit.ts'

const withFiles =
  (changes: Files, style = 'generic') =>
  (kit: PassKit): Buffer =>
    kit.seal({ ...kit.files(kit.json(style)), ...changes })

const without =
  (name: string) =>
  (kit: PassKit): Buffer => {
    const { [name]: _, ...files } = kit.files()
    return kit.seal(files)
  }

const strings = (text: string | Buffer) => withFiles({ 'fr.lproj/pass.strings': Buffer.from(text) })

/** Passes whose images or localizations are broken. */
export const brokenContents: readonly BrokenPass[] = [
  { name: 'no icon', code: 'icon_missing', build: without('icon.png') },
  {
    name: 'a JPEG named icon.png',
    code: 'image_not_png',
    build: withFiles({ 'icon.png': Buffer.from('ffd8ffe000104a46', 'hex') }),
  },
  {
    name: 'an empty image',
    code: 'image_not_png',
    build: withFiles({ 'logo.png': Buffer.alloc(0) }),
  },
  {
    name: 'a PNG that is cut off',
    code: 'image_damaged',
    build: withFiles({ 'logo.png': createPng(160, 50).subarray(0, -20) }),
  },
  {
    name: 'a PNG with fewer pixels than it says',
    code: 'image_damaged',
    build: withFiles({ 'logo.png': shorten(createPng(160, 50)) }),
  },
  {
    name: 'a tiny icon',
    code: 'image_size',
    build: withFiles({ 'icon.png': createPng(10, 10) }),
  },
  {
    name: 'an enormous logo',
    code: 'image_size',
    build: withFiles({ 'logo.png': createPng(1600, 500) }),
  },
  { name: 'no icon at 2x', code: 'image_density', build: without('icon@2x.png') },
  { name: 'a logo without 1x', code: 'image_density', build: without('logo.png') },
  {
    name: 'a strip in a generic pass',
    code: 'image_not_shown',
    build: withFiles(images('strip', 375, 144)),
  },
  {
    name: 'a background beside a strip',
    code: 'image_not_shown',
    build: withFiles(
      { ...images('strip', 375, 98), ...images('background', 180, 220) },
      'eventTicket',
    ),
  },
  {
    name: 'a localized logo below another',
    code: 'image_localized_hidden',
    build: withFiles({
      'de.lproj/logo.png': createPng(160, 50),
      'de.lproj/logo@2x.png': createPng(320, 100),
    }),
  },
  {
    name: 'a folder of no language',
    code: 'localization_folder',
    build: withFiles({ 'German.lproj/pass.strings': Buffer.from('"a" = "b";') }),
  },
  { name: 'strings without quotes', code: 'strings_unreadable', build: strings('a b = c;') },
  { name: 'strings without a semicolon', code: 'strings_unreadable', build: strings('"a" = "b"') },
  {
    name: 'strings in Latin-1',
    code: 'strings_unreadable',
    build: strings(Buffer.from('"a" = "ü";', 'latin1')),
  },
  {
    name: 'a text translated twice',
    code: 'strings_duplicate',
    build: strings('"a" = "b";\n"a" = "c";'),
  },
  {
    name: 'strings at the top',
    code: 'strings_misplaced',
    build: withFiles({ 'pass.strings': Buffer.from('"a" = "b";') }),
  },
]

/** The same header, and the pixels of a smaller image. */
function shorten(png: Buffer): Buffer {
  const small = createPng(160, 10)
  const header = png.subarray(0, 33)
  return Buffer.concat([header, small.subarray(33)])
}
