import { barcodeFormats, isObject } from '@passwright/shared'
import { z } from 'zod'
import { type ImageSlotName, imageSlotNames } from '../apple/image-slots.ts'
import { maxBeacons } from '../apple/limits.ts'
import { transitTypes } from '../apple/pass-keys.ts'
import { type FieldGroup, maxLocations, styles } from '../apple/tables.ts'
import { Color, colorPresets } from '../colors.ts'
import { ExpirationDate, Instant, instantSample } from '../dates.ts'
import { CreateEmail } from '../email.ts'
import { describeField, enumOfKeys, filledText, Locale, text, withRange } from '../primitives.ts'
import { TemplateValues } from '../template.ts'
import { PassField } from './field.ts'

const Location = z.strictObject({
  latitude: describeField('locations.latitude', withRange(z.number(), -90, 90)),
  longitude: describeField('locations.longitude', withRange(z.number(), -180, 180)),
  altitude: describeField('locations.altitude', z.number()).optional(),
  relevantText: describeField('locations.relevantText', text(128)).optional(),
})

const uint16 = () => withRange(z.int(), 0, 65_535)

const Beacon = z.strictObject({
  proximityUUID: describeField(
    'beacons.proximityUUID',
    z.string().regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, {
      error: 'must be a UUID such as 5f1c2a54-9d0e-4c8f-8f7e-2b1d9a3c5e70',
    }),
  ),
  major: describeField('beacons.major', uint16()).optional(),
  minor: describeField('beacons.minor', uint16()).optional(),
  relevantText: describeField('beacons.relevantText', text(128)).optional(),
})

/** An object in a shape of Apple's, which the rules check key by key. */
const appleObject = () => z.record(z.string(), z.unknown())

const Localizations = z.record(z.string(), z.record(z.string(), text(100_000)))

const RelevantDate = z
  .strictObject({
    date: describeField('relevantDates.date', Instant).optional(),
    startDate: describeField('relevantDates.startDate', Instant).optional(),
    endDate: describeField('relevantDates.endDate', Instant).optional(),
  })
  .refine(({ date, startDate }) => (date === undefined) !== (startDate === undefined), {
    error: `must have either date or startDate, such as {"date":"${instantSample}"}`,
  })
  .refine(({ startDate, endDate }) => endDate === undefined || startDate !== undefined, {
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

const Metadata = z
  .record(filledText(64), text(500))
  .refine((pairs) => Object.keys(pairs).length <= 20, { error: 'must have 20 pairs or fewer' })

const fieldGroup = (group: FieldGroup, max: number) =>
  describeField(group, z.array(PassField).max(max)).optional()

const imageURL = (slot: ImageSlotName) =>
  describeField(`${slot}URL`, z.string().min(1, { error: 'must not be empty' })).optional()

/** One request field per image slot. */
const imageFields = Object.fromEntries(
  imageSlotNames.map((slot) => [`${slot}URL`, imageURL(slot)]),
) as Record<`${ImageSlotName}URL`, ReturnType<typeof imageURL>>

/** The fields that a pass is rendered from, all optional. */
const renderedFields = {
  title: describeField('title', filledText(64)).optional(),
  label: describeField('label', text(64)).optional(),
  value: describeField('value', text(100_000)).optional(),
  barcodeValue: describeField(
    'barcodeValue',
    z.string().min(1, { error: 'must not be empty' }),
  ).optional(),
  barcodeFormat: describeField('barcodeFormat', z.enum(barcodeFormats)).optional(),
  barcodeAltText: describeField('barcodeAltText', text(256)).optional(),
  style: describeField('style', z.enum(styles)).optional(),
  transitType: describeField('transitType', enumOfKeys(transitTypes)).optional(),
  colorPreset: describeField('colorPreset', enumOfKeys(colorPresets)).optional(),
  color: describeField('color', Color).optional(),
  foregroundColor: describeField('foregroundColor', Color).optional(),
  labelColor: describeField('labelColor', Color).optional(),
  ...imageFields,
  logoText: describeField('logoText', text(64)).optional(),
  cardLabel: describeField('cardLabel', text(64)).optional(),
  description: describeField('description', filledText(256)).optional(),
  organizationName: describeField('organizationName', filledText(128)).optional(),
  headerFields: fieldGroup('headerFields', 10),
  primaryFields: fieldGroup('primaryFields', 10),
  secondaryFields: fieldGroup('secondaryFields', 10),
  auxiliaryFields: fieldGroup('auxiliaryFields', 10),
  backFields: fieldGroup('backFields', 50),
  expirationDate: describeField('expirationDate', ExpirationDate).optional(),
  relevantDate: describeField('relevantDate', Instant).optional(),
  relevantDates: describeField('relevantDates', z.array(RelevantDate).max(10)).optional(),
  locations: describeField('locations', z.array(Location).max(maxLocations)).optional(),
  beacons: describeField('beacons', z.array(Beacon).max(maxBeacons)).optional(),
  maxDistance: describeField('maxDistance', z.number().positive()).optional(),
  sharingProhibited: describeField('sharingProhibited', z.boolean()).optional(),
  groupingIdentifier: describeField('groupingIdentifier', filledText(256)).optional(),
  nfc: describeField('nfc', appleObject()).optional(),
  associatedStoreIdentifiers: describeField(
    'associatedStoreIdentifiers',
    z.array(z.int().positive()).max(100),
  ).optional(),
  appLaunchURL: describeField('appLaunchURL', filledText(2048)).optional(),
  semantics: describeField('semantics', appleObject()).optional(),
  userInfo: describeField(
    'userInfo',
    z.unknown().refine((value) => value === undefined || isObject(value) || Array.isArray(value), {
      error: 'must be an object or a list, such as {"tier":"gold"}',
    }),
  ).optional(),
  localizations: describeField('localizations', Localizations).optional(),
  apple: describeField('apple', appleObject()).optional(),
  locale: describeField('locale', Locale).optional(),
}

/** The other fields of a request, which do not appear on the pass. */
const recordFields = {
  expirationDays: describeField('expirationDays', withRange(z.int(), 1, 3650)).optional(),
  email: describeField('email', CreateEmail).optional(),
  externalId: describeField('externalId', filledText(255)).optional(),
  metadata: describeField('metadata', Metadata).optional(),
  passTypeIdentifier: describeField('passTypeIdentifier', filledText(255)).optional(),
}

/** The body of `POST /api/passes`, after `normalizePassRequest`. */
export const PassRequest = z.strictObject({ ...renderedFields, ...recordFields }).meta({
  id: 'PassRequest',
  description:
    'At least one of title, logoText and primaryFields is required. An optional field may be null or empty: then it is not given. Numbers are accepted as texts.',
})
export type PassRequest = z.infer<typeof PassRequest>

/** The body of `POST /api/passes`, and of a `PUT`: a pass, or a template with its values. */
export const CreatePassRequest = PassRequest.extend({
  template: filledText(255)
    .optional()
    .meta({ description: 'The id or the name of a template; the other fields win over its own.' }),
  values: TemplateValues.optional(),
}).meta({ id: 'CreatePassRequest' })
export type CreatePassRequest = z.infer<typeof CreatePassRequest>

/** The body of `POST /api/pkpass`: the same with three fields required. */
export const PkpassRequest = PassRequest.required({
  title: true,
  barcodeValue: true,
  barcodeFormat: true,
}).meta({ id: 'PkpassRequest' })

/**
 * The body of `PATCH`: a JSON merge patch (RFC 7396) on the pass, `null` removes a field. The merged
 * pass is validated like any other.
 */
export const PassPatch = z
  .record(z.string(), z.unknown())
  .meta({ id: 'PassPatch', description: 'A JSON merge patch (RFC 7396); null removes a field.' })
export type PassPatch = z.infer<typeof PassPatch>

/**
 * What is stored and rendered: the validated request with relative dates resolved. `expirationDays`
 * is kept along with its date, so that repeating the request counts as unchanged.
 */
export const PassSpec = z.strictObject({
  ...renderedFields,
  expirationDays: recordFields.expirationDays,
})
export type PassSpec = z.infer<typeof PassSpec>
