/**
 * What people type, and what their sheets and CRMs hold: a value of a field in a form, and what the
 * request says of it, or a part of the message that refuses it. `undefined` means that the field is
 * absent. The same table is read by shared, n8n and Zapier.
 */
export interface MessyValue {
  /** The field's key; `fee`, `day` and `moment` are the values of fields with a currency or a date style. */
  field: string
  value: unknown
  expected?: unknown
  refused?: string
  timeZone?: 'Europe/Vienna' | 'America/Los_Angeles' | 'Asia/Kolkata'
}

const twoWays = 'can be read only one way'

/** Days alone as an expiration, in three time zones, and dates that are refused. */
const dates: MessyValue[] = [
  { field: 'expirationDate', value: '2027-03-05', expected: '2027-03-05T23:59:59+00:00' },
  ...(
    [
      ['Europe/Vienna', '2027-03-05T23:59:59+01:00', '2027-07-05T18:00:00+02:00'],
      ['America/Los_Angeles', '2027-03-05T23:59:59-08:00', '2027-07-05T18:00:00-07:00'],
      ['Asia/Kolkata', '2027-03-05T23:59:59+05:30', '2027-07-05T18:00:00+05:30'],
    ] as const
  ).flatMap(([timeZone, end, moment]): MessyValue[] => [
    { field: 'expirationDate', value: '2027-03-05', expected: end, timeZone },
    { field: 'expirationDate', value: ' 2027-03-05\n', expected: end, timeZone },
    { field: 'expirationDate', value: '2027-07-05T18:00', expected: moment, timeZone },
    { field: 'expirationDate', value: '2027-07-05T18:00:00', expected: moment, timeZone },
    { field: 'expirationDate', value: '2027-07-05 18:00', expected: moment, timeZone },
    { field: 'expirationDate', value: '2027-07-05T18:00:00.000', expected: moment, timeZone },
    { field: 'relevantDate', value: '2027-07-05T18:00', expected: moment, timeZone },
    {
      field: 'expirationDate',
      value: '2027-07-05T18:00:00Z',
      expected: '2027-07-05T18:00:00Z',
      timeZone,
    },
    {
      field: 'expirationDate',
      value: '2027-07-05T18:00:00+0200',
      expected: '2027-07-05T18:00:00+02:00',
      timeZone,
    },
    { field: 'day', value: '1990-05-17', expected: '1990-05-17', timeZone },
    { field: 'moment', value: '2027-07-05T18:00', expected: moment, timeZone },
    { field: 'expirationDate', value: '05.03.2027', refused: twoWays, timeZone },
    { field: 'expirationDate', value: '05/06/2027', refused: twoWays, timeZone },
    { field: 'expirationDate', value: '12/31/2027', refused: twoWays, timeZone },
    { field: 'expirationDate', value: '03/05/2027 18:00', refused: twoWays, timeZone },
  ]),
  {
    field: 'relevantDate',
    value: '2027-03-05',
    expected: '2027-03-05T00:00:00+01:00',
    timeZone: 'Europe/Vienna',
  },
  // Clocks are set forward at 02:00 and back at 03:00: 02:30 is skipped, or comes twice.
  {
    field: 'expirationDate',
    value: '2027-03-28T02:30',
    expected: '2027-03-28T02:30:00+01:00',
    timeZone: 'Europe/Vienna',
  },
  {
    field: 'expirationDate',
    value: '2027-10-31T02:30',
    expected: '2027-10-31T02:30:00+02:00',
    timeZone: 'Europe/Vienna',
  },
  {
    field: 'expirationDate',
    value: '2027-10-31',
    expected: '2027-10-31T23:59:59+01:00',
    timeZone: 'Europe/Vienna',
  },
  ...[
    '13.03.2027',
    '2027-02-30',
    '2027-13-01',
    '2027',
    '2027-03',
    '20270305',
    'n/a',
    'tomorrow',
    'next week',
    '5 March 2027',
    'March 5, 2027',
    '2027-3-5',
    '27-03-05',
    '2027-03-05T25:00',
    '2027-03-05T18',
    '46086',
    'unlimited',
    '-',
  ].map((value): MessyValue => ({ field: 'expirationDate', value, refused: twoWays })),
  { field: 'day', value: '17.05.1990', refused: twoWays },
  { field: 'moment', value: 'soon', refused: twoWays },
]

const numbers: MessyValue[] = [
  ...(
    [
      ['48.2082', 48.2082],
      ['48,2082', 48.2082],
      [' 48.5 ', 48.5],
      ['48,5', 48.5],
      ['-12,25', -12.25],
      ['\u221212.25', -12.25],
      ['0', 0],
      [7, 7],
      ['1200', 1200],
      ['1.234.567', 1_234_567],
      ['1,234,567', 1_234_567],
    ] as const
  ).map(([value, expected]): MessyValue => ({ field: 'maxDistance', value, expected })),
  ...(
    [
      ['€ 48.50', 48.5],
      ['48,50 €', 48.5],
      ['48.50 EUR', 48.5],
      ['EUR 48,50', 48.5],
      ['$1,234.56', 1234.56],
      ['1.234,56', 1234.56],
      ["CHF 1'234.50", 1234.5],
      ['1 234,56', 1234.56],
      ['1\u00a0234,56', 1234.56],
      ['£0.99', 0.99],
      [48.5, 48.5],
    ] as const
  ).map(([value, expected]): MessyValue => ({ field: 'fee', value, expected })),
  ...[
    '1,234',
    '12 %',
    'free',
    '12-13',
    '1,2,3',
    '12.5.7',
    'about 5',
    '1.234,56,7',
    'NaN',
    '1e999',
  ].map((value): MessyValue => ({ field: 'maxDistance', value, refused: twoWays })),
  ...['1,234', 'free', '48.50 per year', '€'].map(
    (value): MessyValue => ({ field: 'fee', value, refused: twoWays }),
  ),
  { field: 'expirationDays', value: '30', expected: 30 },
  { field: 'expirationDays', value: ' 365 ', expected: 365 },
  { field: 'expirationDays', value: 'a year', refused: twoWays },
]

/** Every way in which a cell, a variable or a form says nothing. */
const empties: MessyValue[] = [
  ...[
    'title',
    'logoText',
    'expirationDate',
    'maxDistance',
    'colorPreset',
    'externalId',
    'sharingProhibited',
  ].flatMap((field) =>
    [null, '', '  ', '\n', '\u00a0', '\u200b', undefined].map((value) => ({ field, value })),
  ),
  { field: 'metadata', value: null },
  { field: 'locations', value: [] },
  { field: 'locations', value: [{ latitude: null, longitude: '' }] },
  { field: 'backFields', value: [{ label: 'Phone', value: '' }] },
  { field: 'backFields', value: [null] },
  { field: 'email', value: { to: null, name: 'Ada' } },
  { field: 'barcodeFormat', value: 'QR' },
]

const texts: MessyValue[] = [
  { field: 'externalId', value: ' m-1 ', expected: 'm-1' },
  { field: 'externalId', value: 'm-1\r\n', expected: 'm-1' },
  { field: 'externalId', value: 1042, expected: '1042' },
  { field: 'title', value: ' Club ', expected: ' Club ' },
  { field: 'color', value: ' #1e40af', expected: '#1e40af' },
  {
    field: 'passTypeIdentifier',
    value: 'pass.com.example.card ',
    expected: 'pass.com.example.card',
  },
  {
    field: 'metadata',
    value: { source: ' form ', row: 7, none: null },
    expected: { source: ' form ', row: '7' },
  },
  { field: 'email', value: { to: ' ada@example.com\n' }, expected: { to: 'ada@example.com' } },
]

const choices: MessyValue[] = [
  ...['blue', 'Blue', 'BLUE', ' blue ', 'blue\n'].map((value) => ({
    field: 'colorPreset',
    value,
    expected: 'blue',
  })),
  { field: 'colorPreset', value: 'teal', refused: 'is none of the choices' },
  { field: 'locale', value: 'DE', expected: 'de' },
  { field: 'locale', value: 'German', refused: 'is none of the choices' },
  ...(
    [
      ['yes', true],
      ['No', false],
      ['TRUE', true],
      ['false', false],
      ['1', true],
      ['0', false],
      [true, true],
      [false, false],
    ] as const
  ).map(([value, expected]) => ({ field: 'sharingProhibited', value, expected })),
  { field: 'sharingProhibited', value: 'maybe', refused: 'yes or no' },
]

export const messyValues: readonly MessyValue[] = [
  ...dates,
  ...numbers,
  ...empties,
  ...texts,
  ...choices,
]

/** The form values that hold a messy value; `path` says where the request has it. */
export function toForm({ field, value }: MessyValue): {
  values: Record<string, unknown>
  path: string
} {
  const styled: Record<string, object> = {
    fee: { currencyCode: 'EUR' },
    day: { dateStyle: 'long' },
    moment: { dateStyle: 'short', timeStyle: 'short' },
  }
  const style = styled[field]
  return style
    ? { values: { backFields: [{ label: 'Field', value, ...style }] }, path: 'backFields[0].value' }
    : { values: { [field]: value }, path: field }
}
