import { z } from 'zod'
import { dataDetectorTypes, dateStyles, numberStyles, textAlignments } from './apple.ts'
import { describeField, enumOfKeys, filledText, isInstant, text, withRange } from './primitives.ts'

const linksOnly =
  'may hold text and <a href="https://…">links</a> (also mailto: and tel:), no other tags'

/** One field on the pass, with label and value (Apple: PassFieldContent). */
export const PassField = z
  .strictObject({
    key: describeField('backFields.key', filledText(64)).optional(),
    label: describeField('backFields.label', text(64)).optional(),
    value: describeField(
      'backFields.value',
      z.union([text(100_000), z.number()], { error: 'must be a text or a number' }),
    ),
    changeMessage: describeField('backFields.changeMessage', text(256)).optional(),
    textAlignment: describeField('backFields.textAlignment', enumOfKeys(textAlignments)).optional(),
    dateStyle: describeField('backFields.dateStyle', enumOfKeys(dateStyles)).optional(),
    timeStyle: describeField('backFields.timeStyle', enumOfKeys(dateStyles)).optional(),
    ignoresTimeZone: describeField('backFields.ignoresTimeZone', z.boolean()).optional(),
    isRelative: describeField('backFields.isRelative', z.boolean()).optional(),
    numberStyle: describeField('backFields.numberStyle', enumOfKeys(numberStyles)).optional(),
    currencyCode: describeField(
      'backFields.currencyCode',
      z.string().regex(/^[A-Z]{3}$/, { error: 'must be three capital letters such as EUR' }),
    ).optional(),
    dataDetectorTypes: describeField(
      'backFields.dataDetectorTypes',
      z.array(enumOfKeys(dataDetectorTypes)).max(4),
    ).optional(),
    attributedValue: describeField(
      'backFields.attributedValue',
      z.union([text(100_000).refine(hasOnlyLinks, { error: linksOnly }), z.number()], {
        error: linksOnly,
      }),
    ).optional(),
    row: describeField('backFields.row', withRange(z.int(), 0, 1)).optional(),
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

function isDate(value: string | number): boolean {
  return typeof value === 'string' && isInstant(value)
}

const linkPattern = /<a\s+href=(?:"([^"<>]*)"|'([^'<>]*)')\s*>[^<>]*<\/a>/gi
const allowedUrl = /^(?:https?:\/\/|mailto:|tel:)/i

/** Checks that a text has no markup but links, the only tag that Wallet supports. */
function hasOnlyLinks(value: string): boolean {
  const urls = [...value.matchAll(linkPattern)].map((match) => match[1] ?? match[2] ?? '')
  return urls.every((url) => allowedUrl.test(url)) && !value.replace(linkPattern, '').includes('<')
}
