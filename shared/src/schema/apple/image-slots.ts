import { findField, type Issue } from '@passwright/shared'
import { type Style, styles } from './tables.ts'

/**
 * Apple's places for images in a pass, as data. Sizes are in points; the labels and help texts of the
 * request fields (`<slot>URL`), and the styles that show each, are in `portable/fields/fields.ts`.
 * https://developer.apple.com/design/human-interface-guidelines/wallet#Designing-passes
 */

/** A place for an image: its size in points, which are pixels at 1x. */
export interface ImageSlot {
  width: number
  height: number
  /** `inside` keeps the whole image, `cover` crops it to fill the slot. */
  fit: 'inside' | 'cover'
  /** How wide an image may be for its height, and the reverse; Wallet crops what exceeds it. */
  maxRatio?: number
}

interface ImageSlotRow extends ImageSlot {
  /** Another size in some styles. */
  sizes?: { [S in Style]?: { width: number; height: number } }
  /** The slot that takes its room, where a style shows both. */
  hiddenBy?: 'strip'
}

/** Every slot by Apple's name, one row each. */
export const imageSlots = {
  logo: { width: 160, height: 50, fit: 'inside' },
  icon: { width: 29, height: 29, fit: 'cover' },
  thumbnail: { width: 90, height: 90, fit: 'inside', maxRatio: 1.5, hiddenBy: 'strip' },
  strip: {
    width: 375,
    height: 144,
    fit: 'cover',
    sizes: { eventTicket: { width: 375, height: 98 } },
  },
  background: { width: 180, height: 220, fit: 'cover', hiddenBy: 'strip' },
  footer: { width: 286, height: 15, fit: 'inside' },
} as const satisfies Record<string, ImageSlotRow>

export type ImageSlotName = keyof typeof imageSlots

/** The names of all image slots, in the order of the table. */
export const imageSlotNames = Object.keys(imageSlots) as [ImageSlotName, ...ImageSlotName[]]

/** The slot of an image in a style; `generic` when there is none. */
export function getImageSlot(name: ImageSlotName, style: Style = 'generic'): ImageSlot {
  const { sizes, hiddenBy: _, ...slot }: ImageSlotRow = imageSlots[name]
  return { ...slot, ...sizes?.[style] }
}

/** The styles that show a slot. */
export function listStylesOfSlot(name: ImageSlotName): readonly Style[] {
  const shownBy = findField(`${name}URL`)?.styles ?? styles
  return styles.filter((style) => shownBy.includes(style))
}

/** The style of a pass: a generic one with a strip is a store card, since no generic pass shows a strip. */
export function chooseStyle({
  style = 'generic',
  stripURL,
}: {
  style?: Style | undefined
  stripURL?: unknown
}): Style {
  return style === 'generic' && isGiven(stripURL) ? 'storeCard' : style
}

/** Finds the images of a request that Wallet would not show; its fields may themselves be invalid. */
export function findHiddenImages(body: Record<string, unknown>): Issue[] {
  const style = isGiven(body.style) ? styles.find((each) => each === body.style) : 'generic'
  if (style === undefined) return []
  return imageSlotNames.flatMap((name) => {
    const path = `${name}URL`
    const message = isGiven(body[path]) ? explainHidden(name, style, body.stripURL) : undefined
    return message === undefined ? [] : [{ path, message }]
  })
}

function explainHidden(name: ImageSlotName, requested: Style, stripURL: unknown) {
  const { hiddenBy }: ImageSlotRow = imageSlots[name]
  const shownIn = listStylesOfSlot(name)
  if (hiddenBy === 'strip' && isGiven(stripURL) && shownIn.includes(requested)) {
    return 'is not shown beside a stripURL; remove one of the two (with null in a PATCH)'
  }
  const style = chooseStyle({ style: requested, stripURL })
  if (shownIn.includes(style)) return undefined
  const others = shownIn.join(' and ')
  return `is not shown in the style ${style}, only in ${others}; remove it (with null in a PATCH) or choose another style`
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null
}
