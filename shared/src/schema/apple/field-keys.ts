import { semantics } from './semantics.ts'
import { boolean, choice, list, object, text } from './shape.ts'
import { dataDetectorTypes, dateStyles, numberStyles, textAlignments } from './tables.ts'

const constantsOf = (table: Record<string, string>) => choice(...new Set(Object.values(table)))

const dateStyle = constantsOf(dateStyles)

/**
 * One field on the pass.
 * https://developer.apple.com/documentation/walletpasses/passfieldcontent
 */
export const passFieldContent = object(
  {
    attributedValue: { type: 'textOrNumber' },
    changeMessage: text,
    currencyCode: { type: 'currency' },
    dataDetectorTypes: list(constantsOf(dataDetectorTypes), 4),
    dateStyle,
    ignoresTimeZone: boolean,
    isRelative: boolean,
    key: text,
    label: text,
    numberStyle: constantsOf(numberStyles),
    row: { type: 'integer', min: 0, max: 1 },
    semantics,
    textAlignment: constantsOf(textAlignments),
    timeStyle: dateStyle,
    value: { type: 'textOrNumber' },
  },
  'key',
  'value',
)
