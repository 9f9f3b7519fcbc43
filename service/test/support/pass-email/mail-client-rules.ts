import type { EmailContent } from '../../../src/email/templates/content.ts'
import { findLowContrastTexts } from './email-colors.ts'
import { type HtmlElement, readHtml, readHtmlAsOutlook } from './email-html.ts'

/** An email as email clients see it. */
export interface InspectedEmail {
  email: EmailContent
  elements: HtmlElement[]
  outlook: HtmlElement[]
  styleBlocks: HtmlElement[]
}

/** A rule of email clients: which ones, its source, and a check. */
export interface Rule {
  rule: string
  clients: string
  source: string
  /** Describes each violation in an email. */
  findViolations: (email: InspectedEmail) => string[]
}

const gmailCss = 'https://developers.google.com/workspace/gmail/design/css'
const outlookCss =
  'https://learn.microsoft.com/en-us/previous-versions/office/developer/office-2007/aa338201(v=office.12)'
const outlookInPractice =
  'https://hteumeuleu.medium.com/making-sense-of-outlooks-rendering-engine-874a50f38357'
const webkitDark = 'https://webkit.org/blog/8840/dark-mode-support-in-webkit/'
const wcag = 'https://www.w3.org/TR/WCAG22/'
const cidUrl = 'https://www.rfc-editor.org/rfc/rfc2392'

/** The only tags that emails use. */
const allowedTags =
  'html head meta title style body div table tr td h1 p span strong br a img'.split(' ')

/**
 * The CSS properties that Gmail keeps according to its documentation; `word-break` according to
 * caniemail.com; `mso-hide` is for Outlook. None of them moves an element out of the flow.
 */
const allowedProperties = [
  'background-color border border-radius color display font-family font-size font-weight height',
  'line-height margin max-height max-width opacity overflow padding width word-break mso-hide',
].flatMap((line) => line.split(' '))

/** Outlook for Windows ignores these on text elements. */
const ignoredOnText = /^(width|height|padding)/

const isInBody = ({ ancestors }: HtmlElement) => ancestors.some(({ tag }) => tag === 'body')
const hasTag = (tag: string) => (element: HtmlElement) => element.tag === tag
const describe = ({ tag, attributes }: HtmlElement) => `<${tag} ${JSON.stringify(attributes)}>`

/** All rules that our emails keep. */
export const rules: Rule[] = [
  {
    rule: 'at most 100 KB of HTML: everything after 102 KB is hidden behind a link',
    clients: 'Gmail',
    source: 'https://github.com/hteumeuleu/email-bugs/issues/41',
    findViolations: ({ email }) => {
      const bytes = Buffer.byteLength(email.html)
      return bytes < 100_000 ? [] : [`${bytes} bytes`]
    },
  },
  {
    rule: 'at most one style block, in the head, below 8,192 characters, without an @ inside an @',
    clients: 'Gmail',
    source: 'https://github.com/hteumeuleu/email-bugs/issues/90',
    findViolations: ({ styleBlocks }) => [
      ...styleBlocks.slice(1).map(() => 'a second style block'),
      ...styleBlocks.filter(({ ancestors }) => ancestors[0]?.tag !== 'head').map(describe),
      ...styleBlocks.filter(({ text }) => text.length >= 8192).map(() => 'too long'),
      ...styleBlocks.filter(({ text }) => /@[^@]*\{[^}]*@|@import/.test(text)).map(() => '@ in @'),
    ],
  },
  {
    rule: 'the style block only sets dark mode colors, so that the email is complete without it',
    clients: 'Gmail (drops it in some views)',
    source: 'https://github.com/hteumeuleu/caniemail/issues/144',
    findViolations: ({ styleBlocks }) =>
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
    rule: 'only tags for text, images and tables: no script, form, frame, SVG or linked style sheet',
    clients: 'all (they are removed)',
    source: outlookCss,
    findViolations: ({ elements }) =>
      elements.filter(({ tag }) => !allowedTags.includes(tag)).map(describe),
  },
  {
    rule: 'no event handler attributes',
    clients: 'all (they are removed)',
    source: outlookCss,
    findViolations: ({ elements }) =>
      elements
        .filter(({ attributes }) => Object.keys(attributes).some((name) => name.startsWith('on')))
        .map(describe),
  },
  {
    rule: 'inline styles with supported properties: no position, float, flex, grid or background image',
    clients: 'Gmail, Outlook',
    source: gmailCss,
    findViolations: ({ elements }) =>
      elements.flatMap((element) =>
        Object.entries(element.style)
          .filter(
            ([name, value]) =>
              !allowedProperties.includes(name) ||
              /url\(|expression|!important|var\(/i.test(value) ||
              (name === 'display' && !['none', 'block'].includes(value)),
          )
          .map(([name, value]) => `${name}:${value} on ${describe(element)}`),
      ),
  },
  {
    rule: 'width, height and padding only on tables, cells and images',
    clients: 'Outlook for Windows (Word)',
    source: outlookInPractice,
    findViolations: ({ elements }) =>
      elements
        .filter(
          ({ tag, style }) =>
            ['p', 'div', 'span', 'a', 'strong', 'h1'].includes(tag) &&
            Object.keys(style).some((name) => ignoredOnText.test(name)),
        )
        .map(describe),
  },
  {
    rule: 'what Outlook does not support is only decoration',
    clients: 'Outlook for Windows (Word)',
    source: outlookCss,
    findViolations: ({ elements }) =>
      elements
        .filter(({ style }) => style['max-width'] !== undefined)
        .filter(({ tag, style }) => {
          const sheet = tag === 'table' && style['max-width'] === '600px'
          const image = tag === 'img' && style['max-width'] === '100%'
          const hidden = style['max-width'] === '0' && style.display === 'none'
          return !(sheet || image || hidden)
        })
        .map(describe),
  },
  {
    rule: 'tables of at most 600 pixels: max-width, and for Outlook a table with a width attribute',
    clients: 'Outlook for Windows (Word)',
    source: 'https://www.caniemail.com/features/css-max-width/',
    findViolations: ({ elements, outlook }) => {
      const limited = outlook.filter(({ style }) => style['max-width'] === '600px')
      const outside = limited.filter(
        ({ ancestors }) =>
          !ancestors.some(({ tag, attributes }) => tag === 'table' && attributes.width === '600'),
      )
      const fixed = elements.filter(
        ({ tag, attributes }) => tag === 'table' && attributes.width !== '100%',
      )
      return limited.length === 0 ? ['no max-width'] : [...outside, ...fixed].map(describe)
    },
  },
  {
    rule: 'layout tables have role=presentation, and spacing and borders as attributes',
    clients: 'Outlook for Windows (Word), screen readers',
    source: outlookInPractice,
    findViolations: ({ outlook }) =>
      outlook
        .filter(hasTag('table'))
        .filter(({ attributes: { role, border, cellpadding, cellspacing } }) =>
          [role !== 'presentation', border !== '0', cellpadding !== '0', cellspacing !== '0'].some(
            Boolean,
          ),
        )
        .map(describe),
  },
  {
    rule: 'centered by attribute: automatic margins are not supported',
    clients: 'Outlook for Windows (Word)',
    source: outlookInPractice,
    findViolations: ({ elements }) => [
      ...elements.filter(({ style }) => /auto/.test(style.margin ?? '')).map(describe),
      ...elements
        .filter(
          ({ tag, style, attributes }) =>
            tag === 'table' && style['max-width'] && attributes.align !== 'center',
        )
        .map(describe),
    ],
  },
  {
    rule: 'every text sets its own font and color: tables inherit neither',
    clients: 'Outlook for Windows (Word), Gmail',
    source: outlookInPractice,
    findViolations: ({ elements }) =>
      elements
        .filter((element) => ['p', 'h1'].includes(element.tag))
        .filter(({ style }) => !(style['font-family'] && style.color && style['font-size']))
        .map(describe),
  },
  {
    rule: 'every background color is set as an attribute too',
    clients: 'Outlook for Windows (Word)',
    source: outlookInPractice,
    findViolations: ({ elements }) =>
      elements
        .filter(({ style, attributes }) => style['background-color'] !== attributes.bgcolor)
        .map(describe),
  },
  {
    rule: 'every image is embedded, with width, height and alternative text',
    clients: 'all (remote images are blocked at first); Outlook scales images without attributes',
    source: cidUrl,
    findViolations: ({ elements, email }) => {
      const images = elements.filter(hasTag('img'))
      const cids = email.images.map(({ cid }) => `cid:${cid}`)
      return [
        ...images
          .filter(({ attributes: { src = '', width = '', height = '', alt = '' } }) =>
            [!cids.includes(src), !/^\d+$/.test(width), !/^\d+$/.test(height), alt === ''].some(
              Boolean,
            ),
          )
          .map(describe),
        ...email.images
          .filter(({ cid }) => images.every(({ attributes }) => attributes.src !== `cid:${cid}`))
          .map(({ cid }) => `${cid} is never shown`),
        ...email.images
          .filter(({ png }) => Buffer.from(png).toString('latin1', 1, 4) !== 'PNG')
          .map(({ cid }) => `${cid} is not a PNG; Gmail and Outlook do not show SVG`),
      ]
    },
  },
  {
    rule: 'a cid has the form of a Message-ID without angle brackets',
    clients: 'all',
    source: cidUrl,
    findViolations: ({ email }) =>
      email.images
        .filter(({ cid }) => !/^[a-z0-9.-]+@[a-z0-9.-]+$/.test(cid))
        .map(({ cid }) => cid),
  },
  {
    rule: 'nothing is fetched: no URLs except in links',
    clients: 'all (a request would reveal who reads the email)',
    source: 'https://support.apple.com/guide/mail/mlhl03be2866/mac',
    findViolations: ({ elements, email }) => [
      ...elements.flatMap((element) =>
        Object.entries(element.attributes)
          .filter(([name, value]) => name !== 'href' && name !== 'alt' && /:\/\//.test(value))
          .map(([name]) => `${name} of ${describe(element)}`),
      ),
      ...elements
        .filter(({ tag, attributes }) => attributes.href !== undefined && tag !== 'a')
        .map(describe),
      ...(email.html.match(/background(?:-image)?:\s*url|<link|@import/gi) ?? []),
    ],
  },
  {
    rule: 'links are http or https',
    clients: 'all',
    source: 'ours: we link only to the share page and the service',
    findViolations: ({ elements }) =>
      elements
        .filter(hasTag('a'))
        .filter(({ attributes }) => !/^https?:\/\/[^\s]+$/.test(attributes.href ?? ''))
        .map(describe),
  },
  {
    rule: 'declares its language, direction and title',
    clients: 'screen readers, translators',
    source: `${wcag}#language-of-page`,
    findViolations: ({ elements }) => {
      const [html] = elements
      const title = elements.find(hasTag('title'))?.text ?? ''
      // Gmail removes html and body, so the first element inside repeats the attributes.
      const main = elements.find(({ attributes }) => attributes.role === 'main')
      const isSame =
        main?.attributes.lang === html?.attributes.lang && main?.attributes.dir === 'ltr'
      return [
        ...(/^(en|de)$/.test(html?.attributes.lang ?? '') && html?.attributes.dir === 'ltr'
          ? []
          : ['html']),
        ...(isSame ? [] : ['the first element']),
        ...(title.trim() === '' ? ['title'] : []),
      ]
    },
  },
  {
    rule: 'has a hidden preheader, first in the body',
    clients: 'Gmail, Outlook, Apple Mail',
    source: 'https://www.caniemail.com/features/css-display-none/',
    findViolations: ({ elements }) => {
      const first = elements.find(isInBody)
      const hidden = first?.style.display === 'none' && first.style['mso-hide'] === 'all'
      return hidden && first.text.trim() !== '' ? [] : ['no preheader']
    },
  },
  {
    rule: 'declares its dark mode support, in a meta tag and in the style block',
    clients: 'Apple Mail',
    source: `${webkitDark} and https://github.com/hteumeuleu/email-bugs/issues/104`,
    findViolations: ({ elements, styleBlocks }) => {
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
    rule: 'text has a contrast of at least 4.5:1, in light and dark mode',
    clients: 'all',
    source: `${wcag}#contrast-minimum`,
    findViolations: (email) => [
      ...findLowContrastTexts(email, 'light', 4.5),
      ...findLowContrastTexts(email, 'dark', 4.5),
    ],
  },
  {
    rule: 'text stays readable where a client inverts all colors: each is set together with its background',
    clients: 'Gmail on iPhone, Outlook for Windows',
    source: 'https://github.com/hteumeuleu/email-bugs/issues/68',
    findViolations: (email) => findLowContrastTexts(email, 'inverted', 3),
  },
]

/** Parses an email once for all rules. */
export function inspectEmail(email: EmailContent): InspectedEmail {
  const elements = readHtml(email.html)
  return {
    email,
    elements,
    outlook: readHtmlAsOutlook(email.html),
    styleBlocks: elements.filter(hasTag('style')),
  }
}
