import { z } from 'zod'
import { about } from './about.ts'
import {
  barcodeFormats,
  dataDetectorTypes,
  dateStyles,
  type FieldGroup,
  limits,
  numberStyles,
  styles,
  textAlignments,
} from './apple.ts'
import { hasOnlyLinks } from './attributed-value.ts'
import { colorPresets } from './colors.ts'
import { EmailRequest, PassEmail, QueuedEmail } from './email.ts'
import { Locale } from './locale.ts'
import { between } from './number.ts'
import { Color, filledText, Instant, isInstant, text } from './text.ts'

const oneOf = <T extends Record<string, unknown>>(table: T) =>
  z.enum(Object.keys(table) as [Extract<keyof T, string>, ...Extract<keyof T, string>[]])

const linksOnly =
  'may hold text and <a href="https://…">links</a> (also mailto: and tel:), no other tags'

/** One labelled text on the pass (Apple: PassFieldContent). */
export const PassField = z
  .strictObject({
    key: about('backFields.key', filledText(64)).optional(),
    label: about('backFields.label', text(64)).optional(),
    value: about(
      'backFields.value',
      z.union([text(100_000), z.number()], { error: 'must be a text or a number' }),
    ),
    changeMessage: about('backFields.changeMessage', text(256)).optional(),
    textAlignment: about('backFields.textAlignment', oneOf(textAlignments)).optional(),
    dateStyle: about('backFields.dateStyle', oneOf(dateStyles)).optional(),
    timeStyle: about('backFields.timeStyle', oneOf(dateStyles)).optional(),
    ignoresTimeZone: about('backFields.ignoresTimeZone', z.boolean()).optional(),
    isRelative: about('backFields.isRelative', z.boolean()).optional(),
    numberStyle: about('backFields.numberStyle', oneOf(numberStyles)).optional(),
    currencyCode: about(
      'backFields.currencyCode',
      z.string().regex(/^[A-Z]{3}$/, { error: 'must be three capital letters such as EUR' }),
    ).optional(),
    dataDetectorTypes: about(
      'backFields.dataDetectorTypes',
      z.array(oneOf(dataDetectorTypes)).max(4),
    ).optional(),
    attributedValue: about(
      'backFields.attributedValue',
      z.union([text(100_000).refine(hasOnlyLinks, { error: linksOnly }), z.number()], {
        error: linksOnly,
      }),
    ).optional(),
    row: about('backFields.row', between(z.int(), 0, 1)).optional(),
  })
  .refine((field) => !(field.dateStyle || field.timeStyle) || isDate(field.value), {
    path: ['value'],
    error: 'must be a date such as 2027-06-05T19:30:00+02:00 when it has a dateStyle or timeStyle',
  })
  .refine(
    (field) => !(field.numberStyle || field.currencyCode) || typeof field.value === 'number',
    {
      path: ['value'],
      error: 'must be a number, not a text, when it has a numberStyle or currencyCode',
    },
  )

const fieldGroup = (group: FieldGroup, max: number) =>
  about(group, z.array(PassField).max(max)).optional()

const Location = z.strictObject({
  latitude: about('locations.latitude', between(z.number(), -90, 90)),
  longitude: about('locations.longitude', between(z.number(), -180, 180)),
  altitude: about('locations.altitude', z.number()).optional(),
  relevantText: about('locations.relevantText', text(128)).optional(),
})

const RelevantDate = z
  .strictObject({
    date: about('relevantDates.date', Instant).optional(),
    startDate: about('relevantDates.startDate', Instant).optional(),
    endDate: about('relevantDates.endDate', Instant).optional(),
  })
  .refine((given) => (given.date === undefined) !== (given.startDate === undefined), {
    error: 'must have either date or startDate',
  })
  .refine((given) => given.endDate === undefined || given.startDate !== undefined, {
    path: ['startDate'],
    error: 'is required when there is an endDate',
  })
  .refine(
    ({ startDate, endDate }) =>
      !startDate || !endDate || Date.parse(startDate) <= Date.parse(endDate),
    {
      path: ['endDate'],
      error: 'must not be before startDate',
    },
  )

/** What a pass says: every field that is rendered, all optional. */
const rendered = {
  title: about('title', filledText(64)).optional(),
  label: about('label', text(64)).optional(),
  value: about('value', text(100_000)).optional(),
  barcodeValue: about('barcodeValue', z.string().min(1, { error: 'must not be empty' })).optional(),
  barcodeFormat: about('barcodeFormat', oneOf(barcodeFormats)).optional(),
  barcodeAltText: about('barcodeAltText', text(256)).optional(),
  style: about('style', oneOf(styles)).optional(),
  colorPreset: about('colorPreset', oneOf(colorPresets)).optional(),
  color: about('color', Color).optional(),
  foregroundColor: about('foregroundColor', Color).optional(),
  labelColor: about('labelColor', Color).optional(),
  logoURL: about('logoURL', z.string().min(1, { error: 'must not be empty' })).optional(),
  logoText: about('logoText', text(64)).optional(),
  cardLabel: about('cardLabel', text(64)).optional(),
  description: about('description', filledText(256)).optional(),
  organizationName: about('organizationName', filledText(128)).optional(),
  headerFields: fieldGroup('headerFields', 10),
  primaryFields: fieldGroup('primaryFields', 10),
  secondaryFields: fieldGroup('secondaryFields', 10),
  auxiliaryFields: fieldGroup('auxiliaryFields', 10),
  backFields: fieldGroup('backFields', 50),
  expirationDate: about('expirationDate', Instant).optional(),
  relevantDate: about('relevantDate', Instant).optional(),
  relevantDates: about('relevantDates', z.array(RelevantDate).max(10)).optional(),
  locations: about('locations', z.array(Location).max(limits.locations)).optional(),
  maxDistance: about('maxDistance', z.number().positive()).optional(),
  sharingProhibited: about('sharingProhibited', z.boolean()).optional(),
  locale: about('locale', Locale).optional(),
}

/** What a caller may say of a pass beside what is rendered. */
const recorded = {
  expirationDays: about('expirationDays', between(z.int(), 1, 3650)).optional(),
  email: about('email', EmailRequest).optional(),
  externalId: about('externalId', filledText(255)).optional(),
  metadata: about('metadata', Metadata()).optional(),
  passTypeIdentifier: about('passTypeIdentifier', filledText(255)).optional(),
}

/** The body of `POST /api/passes`. */
export const PassRequest = z
  .strictObject({ ...rendered, ...recorded })
  .meta({ id: 'PassRequest', description: 'At least one of title, logoText, primaryFields.' })
export type PassRequest = z.infer<typeof PassRequest>

/** The body of `POST /api/pkpass`: the same with three fields required. */
export const PkpassRequest = PassRequest.required({
  title: true,
  barcodeValue: true,
  barcodeFormat: true,
}).meta({ id: 'PkpassRequest' })

/**
 * What is stored and rendered: the validated request with relative dates resolved. The days that a
 * date came from are kept, to tell whether the same was asked again.
 */
export const PassSpec = z.strictObject({
  ...rendered,
  expirationDays: recorded.expirationDays,
})
export type PassSpec = z.infer<typeof PassSpec>

const moment = () => z.iso.datetime({ precision: 3 })

/** A pass as `GET /api/passes/<serial>` tells of it. */
export const Pass = z
  .strictObject({
    serialNumber: z.string(),
    externalId: z.string().nullable(),
    shareUrl: z.url(),
    downloadUrl: z.url(),
    googleSaveUrl: z.null(),
    style: oneOf(styles),
    voided: z.boolean(),
    createdAt: moment(),
    lastUpdated: moment(),
    installs: z.int(),
    metadata: z.record(z.string(), z.string()),
    email: PassEmail.optional(),
    deletedAt: moment().optional(),
  })
  .meta({ id: 'Pass' })
export type Pass = z.infer<typeof Pass>

/** The reply of a create call: the pass with its file in base64. */
export const MadePass = Pass.omit({ metadata: true, email: true, deletedAt: true })
  .extend({ applePass: z.base64(), email: QueuedEmail.optional() })
  .meta({ id: 'MadePass' })
export type MadePass = z.infer<typeof MadePass>

function Metadata() {
  return z
    .record(filledText(64), text(500))
    .refine((pairs) => Object.keys(pairs).length <= 20, { error: 'must have 20 pairs or less' })
}

function isDate(value: string | number): boolean {
  return typeof value === 'string' && isInstant(value)
}
