import type { EmailContent } from '../../src/email/templates/content.ts'
import { faintTexts } from './email-colors.ts'
import { type Element, readHtml, readHtmlAsOutlook } from './email-html.ts'

/** A letter as the mail programs see it. */
export interface Seen {
  letter: EmailContent
  elements: Element[]
  outlook: Element[]
  styleBlocks: Element[]
}

/** A rule of the mail programs: whose it is, where it is written, and who breaks it. */
export interface Rule {
  rule: string
  programs: string
  source: string
  /** What in a letter breaks it; empty when the letter is right. */
  broken: (seen: Seen) => string[]
}

const gmailCss = 'https://developers.google.com/workspace/gmail/design/css'
const word =
  'https://learn.microsoft.com/en-us/previous-versions/office/developer/office-2007/aa338201(v=office.12)'
const wordInPractice =
  'https://hteumeuleu.medium.com/making-sense-of-outlooks-rendering-engine-874a50f38357'
const webkitDark = 'https://webkit.org/blog/8840/dark-mode-support-in-webkit/'
const wcag = 'https://www.w3.org/TR/WCAG22/'
const cidUrl = 'https://www.rfc-editor.org/rfc/rfc2392'

/** Few enough to be looked up one by one. */
const tags = 'html head meta title style body div table tr td h1 p span strong br a img'.split(' ')

/**
 * Properties that Gmail keeps, as its page lists them; `word-break` by caniemail.com, `mso-hide` is
 * Word's own. Nothing here moves a box out of its place.
 */
const properties = [
  'background-color border border-radius color display font-family font-size font-weight height',
  'line-height margin max-height max-width opacity overflow padding width word-break mso-hide',
].flatMap((line) => line.split(' '))

/** What Word's engine takes on these (its "FULL" properties go only on the others). */
const notOnText = /^(width|height|padding)/

const inBody = ({ parents }: Element) => parents.some(({ tag }) => tag === 'body')
const named = (tag: string) => (element: Element) => element.tag === tag
const tell = ({ tag, attributes }: Element) => `<${tag} ${JSON.stringify(attributes)}>`

/** The written list. */
export const rules: Rule[] = [
  {
    rule: 'no more than 100 KB of HTML: what comes after 102 KB is hidden behind a link',
    programs: 'Gmail',
    source: 'https://github.com/hteumeuleu/email-bugs/issues/41',
    broken: ({ letter }) => {
      const bytes = Buffer.byteLength(letter.html)
      return bytes < 100_000 ? [] : [`${bytes} bytes`]
    },
  },
  {
    rule: 'at most one style block, in the head, below 8,192 characters, without an @ inside an @',
    programs: 'Gmail',
    source: 'https://github.com/hteumeuleu/email-bugs/issues/90',
    broken: ({ styleBlocks }) => [
      ...styleBlocks.slice(1).map(() => 'a second style block'),
      ...styleBlocks.filter(({ parents }) => parents[0]?.tag !== 'head').map(tell),
      ...styleBlocks.filter(({ text }) => text.length >= 8192).map(() => 'too long'),
      ...styleBlocks.filter(({ text }) => /@[^@]*\{[^}]*@|@import/.test(text)).map(() => '@ in @'),
    ],
  },
  {
    rule: 'the style block only colors the dark, so that the letter is whole without it',
    programs: 'Gmail (drops it in some views)',
    source: 'https://github.com/hteumeuleu/caniemail/issues/144',
    broken: ({ styleBlocks }) =>
      styleBlocks
        .flatMap(({ text }) => text.match(/[a-z-]+(?=:[^{}]*[;}])/g) ?? [])
        .filter(
          (name) =>
            ![
              'color',
              'background-color',
              'color-scheme',
              'supported-color-schemes',
              'prefers-color-scheme',
            ].includes(name),
        ),
  },
  {
    rule: 'only tags of text, pictures and tables: no script, form, frame, SVG, style sheet by link',
    programs: 'all (they are taken out)',
    source: word,
    broken: ({ elements }) => elements.filter(({ tag }) => !tags.includes(tag)).map(tell),
  },
  {
    rule: 'no attribute that runs something',
    programs: 'all (they are taken out)',
    source: word,
    broken: ({ elements }) =>
      elements
        .filter(({ attributes }) => Object.keys(attributes).some((name) => name.startsWith('on')))
        .map(tell),
  },
  {
    rule: 'inline styles of known properties: no position, float, flex, grid or background picture',
    programs: 'Gmail, Outlook',
    source: gmailCss,
    broken: ({ elements }) =>
      elements.flatMap((element) =>
        Object.entries(element.style)
          .filter(
            ([name, value]) =>
              !properties.includes(name) ||
              /url\(|expression|!important|var\(/i.test(value) ||
              (name === 'display' && !['none', 'block'].includes(value)),
          )
          .map(([name, value]) => `${name}:${value} on ${tell(element)}`),
      ),
  },
  {
    rule: 'width, height and padding only on tables, cells and pictures',
    programs: 'Outlook for Windows (Word)',
    source: wordInPractice,
    broken: ({ elements }) =>
      elements
        .filter(
          ({ tag, style }) =>
            ['p', 'div', 'span', 'a', 'strong', 'h1'].includes(tag) &&
            Object.keys(style).some((name) => notOnText.test(name)),
        )
        .map(tell),
  },
  {
    rule: 'what Word does not know may only make it prettier',
    programs: 'Outlook for Windows (Word)',
    source: word,
    broken: ({ elements }) =>
      elements
        .filter(({ style }) => style['max-width'] !== undefined)
        .filter(({ tag, style }) => {
          const ghost = tag === 'table' && style['max-width'] === '600px'
          const picture = tag === 'img' && style['max-width'] === '100%'
          const hidden = style['max-width'] === '0' && style.display === 'none'
          return !(ghost || picture || hidden)
        })
        .map(tell),
  },
  {
    rule: 'tables of at most 600 pixels: max-width for others, a table with a width attribute for Word',
    programs: 'Outlook for Windows (Word)',
    source: 'https://www.caniemail.com/features/css-max-width/',
    broken: ({ elements, outlook }) => {
      const limited = outlook.filter(({ style }) => style['max-width'] === '600px')
      const outside = limited.filter(
        ({ parents }) =>
          !parents.some(({ tag, attributes }) => tag === 'table' && attributes.width === '600'),
      )
      const fixed = elements.filter(
        ({ tag, attributes }) => tag === 'table' && attributes.width !== '100%',
      )
      return limited.length === 0 ? ['no limit at all'] : [...outside, ...fixed].map(tell)
    },
  },
  {
    rule: 'layout by tables that say so, with their spacing and borders as attributes',
    programs: 'Outlook for Windows (Word), screen readers',
    source: wordInPractice,
    broken: ({ outlook }) =>
      outlook
        .filter(named('table'))
        .filter(({ attributes: { role, border, cellpadding, cellspacing } }) =>
          [role !== 'presentation', border !== '0', cellpadding !== '0', cellspacing !== '0'].some(
            Boolean,
          ),
        )
        .map(tell),
  },
  {
    rule: 'centred by attribute: automatic margins are not known',
    programs: 'Outlook for Windows (Word)',
    source: wordInPractice,
    broken: ({ elements }) => [
      ...elements.filter(({ style }) => /auto/.test(style.margin ?? '')).map(tell),
      ...elements
        .filter(
          ({ tag, style, attributes }) =>
            tag === 'table' && style['max-width'] && attributes.align !== 'center',
        )
        .map(tell),
    ],
  },
  {
    rule: 'every text has its font and color where it stands: tables inherit neither',
    programs: 'Outlook for Windows (Word), Gmail',
    source: wordInPractice,
    broken: ({ elements }) =>
      elements
        .filter((element) => ['p', 'h1'].includes(element.tag))
        .filter(({ style }) => !(style['font-family'] && style.color && style['font-size']))
        .map(tell),
  },
  {
    rule: 'every ground has its color as an attribute too',
    programs: 'Outlook for Windows (Word)',
    source: wordInPractice,
    broken: ({ elements }) =>
      elements
        .filter(({ style, attributes }) => style['background-color'] !== attributes.bgcolor)
        .map(tell),
  },
  {
    rule: 'every picture is in the mail, with width, height and words for who does not see it',
    programs:
      'all (pictures from elsewhere are blocked at first); Outlook scales without attributes',
    source: cidUrl,
    broken: ({ elements, letter }) => {
      const pictures = elements.filter(named('img'))
      const cids = letter.images.map(({ cid }) => `cid:${cid}`)
      return [
        ...pictures
          .filter(({ attributes: { src = '', width = '', height = '', alt = '' } }) =>
            [!cids.includes(src), !/^\d+$/.test(width), !/^\d+$/.test(height), alt === ''].some(
              Boolean,
            ),
          )
          .map(tell),
        ...letter.images
          .filter(({ cid }) => pictures.every(({ attributes }) => attributes.src !== `cid:${cid}`))
          .map(({ cid }) => `${cid} is never shown`),
        ...letter.images
          .filter(({ png }) => Buffer.from(png).toString('latin1', 1, 4) !== 'PNG')
          .map(({ cid }) => `${cid} is no PNG; Gmail and Outlook show no SVG`),
      ]
    },
  },
  {
    rule: 'a cid has the form of a Message-ID, without brackets',
    programs: 'all',
    source: cidUrl,
    broken: ({ letter }) =>
      letter.images
        .filter(({ cid }) => !/^[a-z0-9.-]+@[a-z0-9.-]+$/.test(cid))
        .map(({ cid }) => cid),
  },
  {
    rule: 'nothing is fetched: no address of the web but in links',
    programs: 'all (fetching tells the sender who reads)',
    source: 'https://support.apple.com/guide/mail/mlhl03be2866/mac',
    broken: ({ elements, letter }) => [
      ...elements.flatMap((element) =>
        Object.entries(element.attributes)
          .filter(([name, value]) => name !== 'href' && name !== 'alt' && /:\/\//.test(value))
          .map(([name]) => `${name} of ${tell(element)}`),
      ),
      ...elements
        .filter(({ tag, attributes }) => attributes.href !== undefined && tag !== 'a')
        .map(tell),
      ...(letter.html.match(/background(?:-image)?:\s*url|<link|@import/gi) ?? []),
    ],
  },
  {
    rule: 'links are http or https',
    programs: 'all',
    source: 'ours: what we link to are the share page and the service',
    broken: ({ elements }) =>
      elements
        .filter(named('a'))
        .filter(({ attributes }) => !/^https?:\/\/[^\s]+$/.test(attributes.href ?? ''))
        .map(tell),
  },
  {
    rule: 'says its language, direction and title',
    programs: 'screen readers, translators',
    source: `${wcag}#language-of-page`,
    broken: ({ elements }) => {
      const [html] = elements
      const title = elements.find(named('title'))?.text ?? ''
      // Gmail takes html and body off: the first box inside says it again.
      const main = elements.find(({ attributes }) => attributes.role === 'main')
      const same = main?.attributes.lang === html?.attributes.lang && main?.attributes.dir === 'ltr'
      return [
        ...(/^(en|de)$/.test(html?.attributes.lang ?? '') && html?.attributes.dir === 'ltr'
          ? []
          : ['html']),
        ...(same ? [] : ['the first box']),
        ...(title.trim() === '' ? ['title'] : []),
      ]
    },
  },
  {
    rule: 'has a hidden line for lists of mails, first in the body',
    programs: 'Gmail, Outlook, Apple Mail',
    source: 'https://www.caniemail.com/features/css-display-none/',
    broken: ({ elements }) => {
      const first = elements.find(inBody)
      const hidden = first?.style.display === 'none' && first.style['mso-hide'] === 'all'
      return hidden && first.text.trim() !== '' ? [] : ['no preheader']
    },
  },
  {
    rule: 'says that it knows the dark, as a meta tag and in the style block',
    programs: 'Apple Mail',
    source: `${webkitDark} and https://github.com/hteumeuleu/email-bugs/issues/104`,
    broken: ({ elements, styleBlocks }) => {
      const meta = elements.some(
        ({ tag, attributes }) =>
          tag === 'meta' &&
          attributes.name === 'color-scheme' &&
          attributes.content === 'light dark',
      )
      const css = styleBlocks.some(({ text }) => text.includes(':root{color-scheme:light dark'))
      return [...(meta ? [] : ['meta']), ...(css ? [] : ['css'])]
    },
  },
  {
    rule: 'text keeps a contrast of 4.5:1, in light and dark',
    programs: 'all',
    source: `${wcag}#contrast-minimum`,
    broken: (seen) => [...faintTexts(seen, 'light', 4.5), ...faintTexts(seen, 'dark', 4.5)],
  },
  {
    rule: 'text stays readable where all colors are turned round: each has its ground beside it',
    programs: 'Gmail on iPhone, Outlook for Windows',
    source: 'https://github.com/hteumeuleu/email-bugs/issues/68',
    broken: (seen) => faintTexts(seen, 'inverted', 3),
  },
]

/** Takes a letter apart once for all rules. */
export function see(letter: EmailContent): Seen {
  const elements = readHtml(letter.html)
  return {
    letter,
    elements,
    outlook: readHtmlAsOutlook(letter.html),
    styleBlocks: elements.filter(named('style')),
  }
}
