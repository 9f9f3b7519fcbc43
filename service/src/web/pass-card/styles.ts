import type { PassJson } from '../../apple/pass-json.ts'
import type { Card, CardField } from './card.ts'

/** How Wallet lays out the front of a pass style: where its images are, and which fields share a row. */
export interface StyleLayout {
  /** The class of its outline: notches, perforation. */
  shape: 'plain' | 'ticket' | 'coupon' | 'boarding'
  findPrimary(card: Card): 'beside-thumbnail' | 'on-strip' | 'departure-destination'
  maxPrimaryFields: number
  /** The rows below the primary fields. */
  listRows(card: Card): CardField[][]
}

const generic: StyleLayout = {
  shape: 'plain',
  findPrimary: () => 'beside-thumbnail',
  maxPrimaryFields: 1,
  listRows: ({ fields: { secondaryFields, auxiliaryFields }, code }) =>
    code?.isSquare
      ? [[...secondaryFields, ...auxiliaryFields].slice(0, 4)]
      : [secondaryFields.slice(0, 4), auxiliaryFields.slice(0, 4)],
}

const storeCard: StyleLayout = {
  shape: 'plain',
  findPrimary: () => 'on-strip',
  maxPrimaryFields: 1,
  listRows: ({ fields: { secondaryFields, auxiliaryFields } }) => [
    [...secondaryFields, ...auxiliaryFields].slice(0, 4),
  ],
}

const eventTicket: StyleLayout = {
  shape: 'ticket',
  findPrimary: ({ images }) => (images.strip ? 'on-strip' : 'beside-thumbnail'),
  maxPrimaryFields: 1,
  listRows: ({ fields: { secondaryFields, auxiliaryFields } }) => [
    secondaryFields.slice(0, 4),
    auxiliaryFields.filter(({ row }) => row === 0).slice(0, 4),
    auxiliaryFields.filter(({ row }) => row === 1).slice(0, 4),
  ],
}

const boardingPass: StyleLayout = {
  shape: 'boarding',
  findPrimary: () => 'departure-destination',
  maxPrimaryFields: 2,
  listRows: ({ fields: { secondaryFields, auxiliaryFields } }) => [
    auxiliaryFields.slice(0, 5),
    secondaryFields.slice(0, 4),
  ],
}

/** One row per pass style; the last is laid out by an older Wallet as what stands beside it. */
const styleLayouts: Record<string, StyleLayout> = {
  boardingPass,
  coupon: { ...storeCard, shape: 'coupon' },
  eventTicket,
  storeCard,
  generic,
  posterGeneric: generic,
}

/** Finds the style of a pass.json and its layout; a style without a layout is drawn as a generic pass. */
export function findStyle(pass: PassJson): { style: string; layout: StyleLayout } {
  const found = Object.entries(styleLayouts).find(([name]) => Object.hasOwn(pass, name))
  const [style, layout] = found ?? ['generic', generic]
  return { style, layout }
}
