import type { Locale } from '@passwright/shared/schema'
import { formatFieldValue } from '../../apple/fields/field-text.ts'
import { type GoogleClass, listClassRows } from '../../google/content/class.ts'
import type { LocalizedString } from '../../google/content/localized.ts'
import type { GoogleObject } from '../../google/content/object.ts'
import { escapeXml, renderElement } from '../../text/html.ts'
import { renderCodeSvg } from '../pass-card/barcode.ts'
import type { CardCode } from '../pass-card/card.ts'
import { escapeLine } from '../pass-card/fields.ts'
import { cardMessages } from '../pass-card/messages.ts'
import { nameGoogleColorClass, renderGoogleColorCss } from './google-colors.ts'
import { googleCardMessages } from './messages.ts'
import { type Entry, renderRow } from './rows.ts'

/** What Google gets of a pass, with images that a page may show. */
export interface GoogleCardSource {
  object: GoogleObject
  googleClass: GoogleClass
  /** The barcode of the object as it is drawn; undefined if it has none that can be. */
  code: CardCode | undefined
}

/** A pass as HTML, which needs the style sheet `googleCardCss` beside its own `css`. */
export interface GoogleCard {
  /** The card as Google Wallet lays it out; it scales with the width of its container. */
  front: string
  /** What stands below the card in Google Wallet; empty if there is nothing. */
  details: string
  /** The colors of this pass, for its class only. */
  css: string
}

/** Renders a generic pass as Google Wallet lays it out, in words and colors of our own. Pure. */
export function renderGoogleCard(source: GoogleCardSource, locale: Locale): GoogleCard {
  const { object } = source
  const content = [
    renderHead(object, locale),
    renderHeading(object, locale),
    ...listRows(source, locale).map(renderRow),
    renderCode(source, locale),
    renderImage(object.heroImage, 'hero'),
  ]
  const face = renderElement('div', { class: 'gc-face' }, content.join(''))
  const className = `google-card ${nameGoogleColorClass(object.hexBackgroundColor)}`
  const label = escapeXml(readText(object.cardTitle, locale))
  return {
    front: renderElement('article', { class: className, 'aria-label': label }, face),
    details: renderDetails(source, locale),
    css: renderGoogleColorCss(object.hexBackgroundColor),
  }
}

/** The wide logo takes the place of the logo and the title. */
function renderHead({ wideLogo, logo, cardTitle }: GoogleObject, locale: Locale): string {
  const name = `<p class="gc-name" dir="auto">${escapeLine(readText(cardTitle, locale))}</p>`
  const inside = wideLogo
    ? renderImage(wideLogo, 'wide-logo', readText(cardTitle, locale))
    : renderImage(logo, 'logo') + name
  return `<div class="gc-head">${inside}</div>`
}

function renderHeading({ header, subheader }: GoogleObject, locale: Locale): string {
  const small = subheader
    ? `<p class="gc-subheader" dir="auto">${escapeLine(readText(subheader, locale))}</p>`
    : ''
  const text = readText(header, locale)
  const size = text.length > 24 ? ' gc-long' : ''
  return `<div class="gc-heading">${small}<p class="gc-header${size}" dir="auto">${escapeLine(text)}</p></div>`
}

/** The texts of the card in the rows of its class. */
function listRows({ object, googleClass }: GoogleCardSource, locale: Locale): Entry[][] {
  return listClassRows(googleClass).map((ids) =>
    ids.flatMap((id) =>
      object.textModulesData
        .filter((module) => module.id === id)
        .map((module) => toEntry(module, locale)),
    ),
  )
}

function toEntry(module: GoogleObject['textModulesData'][number], locale: Locale): Entry {
  const { header = '', body = '', localizedHeader, localizedBody } = module
  return {
    label: localizedHeader ? readText(localizedHeader, locale) : header,
    text: localizedBody ? readText(localizedBody, locale) : body,
  }
}

function renderCode({ code, object }: GoogleCardSource, locale: Locale): string {
  if (!code || !object.barcode) return ''
  const text = object.barcode.alternateText ?? ''
  const caption =
    text.trim() === '' ? '' : `<figcaption dir="auto">${escapeLine(text)}</figcaption>`
  const svg = renderCodeSvg(code, code.path, cardMessages[locale].barcode)
  return `<figure class="gc-code gc-${code.isSquare ? 'square' : 'wide'}">${svg}${caption}</figure>`
}

type Image = NonNullable<GoogleObject['logo']>

/** Only images that the page itself holds: nothing is loaded from anywhere. */
function renderImage(image: Image | undefined, slot: string, alt = ''): string {
  const src = image?.sourceUri.uri
  if (src === undefined || !/^data:image\/png;base64,[\w+/=]*$/.test(src)) return ''
  return renderElement('img', { class: `gc-${slot}`, src, alt: escapeXml(alt) })
}

/** The texts that have no place in a row, the links, the picture and the last day. */
function renderDetails(source: GoogleCardSource, locale: Locale): string {
  const { object, googleClass } = source
  const onCard = new Set(listClassRows(googleClass).flat())
  const messages = googleCardMessages[locale]
  const texts = object.textModulesData
    .filter(({ id }) => !onCard.has(id))
    .map((module) => toEntry(module, locale))
    .map(({ label, text }) => ({ label, html: escapeXml(text) }))
  const links = object.linksModuleData.uris.map(({ uri, description }) => ({
    label: messages.link,
    html: `${escapeXml(description)}${description === uri ? '' : ` <span class="gc-uri">${escapeXml(uri)}</span>`}`,
  }))
  const end = object.validTimeInterval?.end.date
  const until = end === undefined ? [] : [{ label: messages.validUntil, html: toDate(end, locale) }]
  const pictures = object.imageModulesData.map(({ mainImage }) => renderImage(mainImage, 'picture'))
  const items = [...texts, ...links, ...until].map(({ label, html }) => {
    const term = label.trim() === '' ? '' : `<p class="gc-label" dir="auto">${escapeXml(label)}</p>`
    return `<div>${term}<p class="gc-text" dir="auto">${html}</p></div>`
  })
  const content = pictures.join('') + items.join('')
  return content === '' ? '' : `<div class="gc-details">${content}</div>`
}

function toDate(instant: string, locale: Locale): string {
  const value = { value: instant, dateStyle: 'PKDateStyleLong', timeStyle: 'PKDateStyleShort' }
  return escapeXml(formatFieldValue(value, { locale, now: new Date(0) }))
}

/** The text as a phone of this language shows it. */
function readText({ defaultValue, translatedValues }: LocalizedString, locale: Locale): string {
  return translatedValues.find(({ language }) => language === locale)?.value ?? defaultValue.value
}
