import { type Issue, isObject } from '@passwright/shared'
import { z } from 'zod'
import { dataDetectorTypes, dateStyles, numberStyles, textAlignments } from '../apple/tables.ts'
import { instantSample, isDate, isInstant } from '../dates.ts'
import { describeField, enumOfKeys, filledText, text, withRange } from '../primitives.ts'

const linksOnly =
  'may hold text and <a href="https://…">links</a> (also mailto: and tel:), no other tags'

/** One field on the pass, with label and value (Apple: PassFieldContent). */
export const PassField = z
  .strictObject({
    key: describeField('backFields.key', filledText(64)).optional(),
    label: describeField('backFields.label', text(64)).optional(),
    value: describeField(
      'backFields.value',
      z.union([text(100_000), z.number()], {
        error: ({ input }) =>
          input === undefined ? 'is required' : 'must be a text or a number, such as "Gold" or 120',
      }),
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
      z
        .string()
        .regex(/^[A-Za-z]{3}$/, { error: 'must be the three letters of a currency, such as EUR' })
        .toUpperCase(),
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
  .superRefine((field, context) => {
    const message = explainValue(field)
    if (message !== undefined) context.addIssue({ code: 'custom', path: ['value'], message })
  })

interface DatedField {
  value: string | number
  dateStyle?: string | undefined
  timeStyle?: string | undefined
}

interface StyledField extends DatedField {
  numberStyle?: string | undefined
  currencyCode?: string | undefined
}

/** Why Wallet cannot show the value of a field in its style; undefined when it can. */
function explainValue(field: StyledField): string | undefined {
  if (showsTime(field) && !isInstant(String(field.value))) {
    return `must be a date with time and offset, such as ${instantSample}, when it has a timeStyle`
  }
  if (isDated(field) && !showsTime(field) && !isDate(String(field.value))) {
    return `must be a day such as 1990-05-17, or a date with time and offset such as ${instantSample}, when it has a dateStyle`
  }
  return (field.numberStyle || field.currencyCode) && typeof field.value !== 'number'
    ? 'must be a number such as 48.5, not a text, when it has a numberStyle or currencyCode'
    : undefined
}

/** Finds the values of fields in Apple's own dictionaries that Wallet cannot show, and wrong links. */
export function findAppleFieldIssues(style: string | undefined, apple: unknown): Issue[] {
  if (!isObject(apple)) return []
  return [style ?? '', 'posterGeneric'].flatMap((name) => {
    const dictionary = apple[name]
    if (!isObject(dictionary)) return []
    return Object.entries(dictionary).flatMap(([group, fields]) =>
      (Array.isArray(fields) ? fields : []).flatMap((field: unknown, index) =>
        isObject(field) ? findFieldIssues(field, `apple.${name}.${group}[${index}]`) : [],
      ),
    )
  })
}

function findFieldIssues(field: Record<string, unknown>, path: string): Issue[] {
  const read = (key: string) => (typeof field[key] === 'string' ? field[key] : undefined)
  const { value, attributedValue } = field
  if (typeof value !== 'string' && typeof value !== 'number') return []
  const [dateStyle, timeStyle] = [read('dateStyle'), read('timeStyle')]
  const styled = { value, numberStyle: read('numberStyle'), currencyCode: read('currencyCode') }
  const message =
    explainValue({ ...styled, dateStyle, timeStyle }) ??
    // Our own fields turn a day into an instant; here it would reach Wallet as it is.
    (isDated({ dateStyle, timeStyle }) && !isInstant(String(value))
      ? `must be a date with time and offset, such as ${instantSample}`
      : undefined)
  return [
    ...(message === undefined ? [] : [{ path: `${path}.value`, message }]),
    ...(typeof attributedValue === 'string' && !hasOnlyLinks(attributedValue)
      ? [{ path: `${path}.attributedValue`, message: linksOnly }]
      : []),
  ]
}

/** Whether the value of a field must be a date or a time, because it has a style of one. */
function isDated({ dateStyle, timeStyle }: Omit<DatedField, 'value'>): boolean {
  return dateStyle !== undefined || timeStyle !== undefined
}

/** Whether Wallet shows the value of a field, ours or one of pass.json, as a date or a time: its style is not "none". */
export function showsDate({ dateStyle, timeStyle }: Record<string, unknown>): boolean {
  return [dateStyle, timeStyle].some(
    (name) => name !== undefined && name !== 'none' && name !== dateStyles.none,
  )
}

function showsTime({ timeStyle = 'none' }: DatedField): boolean {
  return dateStyles[timeStyle] !== dateStyles.none
}

const linkPattern = /<a\s+href=(?:"([^"<>]*)"|'([^'<>]*)')\s*>[^<>]*<\/a>/gi
const allowedUrl = /^(?:https?:\/\/|mailto:|tel:)/i

/** Checks that a text has no markup but links, the only tag that Wallet supports. */
function hasOnlyLinks(value: string): boolean {
  const urls = [...value.matchAll(linkPattern)].map((match) => match[1] ?? match[2] ?? '')
  return urls.every((url) => allowedUrl.test(url)) && !value.replace(linkPattern, '').includes('<')
}
