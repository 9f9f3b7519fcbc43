type Json = Record<string, unknown>

/** What people get wrong, beside a title, and how the issues begin or what they hold, by path. */
interface MistakenBody {
  what: string
  body: Json
  issues: Record<string, RegExp | string>
}

const back = (field: Json) => ({ backFields: [field] })
const date = /^must be a date with time and offset, such as 2027-06-05T19:30:00\+02:00$/

export const mistakenBodies: readonly MistakenBody[] = [
  { what: 'no title at all', body: { title: null }, issues: { title: /^is required/ } },
  {
    what: 'a blank title',
    body: { title: ' \u00a0' },
    issues: { title: /^must not be blank; write a text such as "Riverside Climbing Club"$/ },
  },
  { what: 'a blank description', body: { description: ' ' }, issues: { description: 'blank' } },
  {
    what: 'a barcode format with an empty value',
    body: { barcodeFormat: 'QR', barcodeValue: '' },
    issues: { barcodeValue: 'is required when there is a barcodeFormat' },
  },
  {
    what: 'a barcode format with null as its value',
    body: { barcodeFormat: 'QR', barcodeValue: null },
    issues: { barcodeValue: 'is required when there is a barcodeFormat' },
  },
  {
    what: 'required properties that are null or empty',
    body: { locations: [{ latitude: null, longitude: '' }], ...back({ value: null }) },
    issues: {
      'backFields[0].value': /^is required$/,
      'locations[0].latitude': /^is required$/,
      'locations[0].longitude': /^is required$/,
    },
  },
  {
    what: 'null in a list',
    body: { primaryFields: [null] },
    issues: { 'primaryFields[0]': /^must be an object, such as \{"key":"name","label":"Member"/ },
  },
  {
    what: 'null for a field that is not there',
    body: { colour: null },
    issues: { colour: 'is not a known field' },
  },
  {
    what: 'booleans as texts',
    body: { value: true, barcodeValue: false, label: true, ...back({ value: false }) },
    issues: {
      label: /^must be a text, such as "Member"$/,
      value: /^must be a text, such as "Ada Example"$/,
      barcodeValue: /^must be a text, such as "MEMBER-1042"$/,
      'backFields[0].value': 'must be a text or a number',
    },
  },
  {
    what: 'a number with more digits than JSON numbers keep',
    body: { barcodeValue: 1e21 },
    issues: { barcodeValue: 'has more digits than a number can keep; send it as a text' },
  },
  {
    what: 'a text where a number belongs',
    body: { expirationDays: 'soon', maxDistance: '200 m', sharingProhibited: 'yes' },
    issues: {
      maxDistance: /^must be a number, such as 200, without quotes$/,
      sharingProhibited: /^must be true or false, such as true, without quotes$/,
      expirationDays: /^must be a number, such as 365, without quotes$/,
    },
  },
  {
    what: 'numbers that are too small or no whole ones',
    body: { expirationDays: 1.5, maxDistance: 0 },
    issues: {
      maxDistance: /^must be more than 0$/,
      expirationDays: /^must be a whole number, such as 365$/,
    },
  },
  {
    what: 'a relevant date without a date',
    body: { relevantDates: [{}] },
    issues: { 'relevantDates[0]': /such as \{"date":"2027-06-05T19:30:00\+02:00"\}/ },
  },
  {
    what: 'an amount as a text',
    body: back({ value: '48,50', currencyCode: 'EUR' }),
    issues: { 'backFields[0].value': /^must be a number such as 48\.5, not a text/ },
  },
  {
    what: 'a number style beside a currency',
    body: back({ value: 5, numberStyle: 'decimal', currencyCode: 'EUR' }),
    issues: { 'backFields[0].numberStyle': /cannot be combined with currencyCode.*leave one/ },
  },
  {
    what: 'a currency that there is not',
    body: back({ value: 5, currencyCode: 'EUX' }),
    issues: { 'backFields[0].currencyCode': /^is not a currency of ISO 4217.* EUR/ },
  },
  {
    what: 'the sign of a currency',
    body: back({ value: 5, currencyCode: '€' }),
    issues: { 'backFields[0].currencyCode': /three letters.* EUR/ },
  },
  {
    what: 'no address as the logo, and another mistake',
    body: { logoURL: 'n/a', color: 'red' },
    issues: { color: 'must be a color', logoURL: /^must begin with https:\/\/ or http:\/\// },
  },
  {
    what: 'a logo on an FTP server',
    body: { logoURL: 'ftp://club.example/logo.png', value: true },
    issues: { value: 'must be a text', logoURL: /^must begin with https:/ },
  },
  {
    what: 'a logo on somebody’s disk',
    body: { logoURL: 'C:\\logo.png', value: true },
    issues: { value: 'must be a text', logoURL: /^must begin with https:/ },
  },
  {
    what: 'a logo address without a host',
    body: { logoURL: 'https://', value: true },
    issues: { value: 'must be a text', logoURL: /https:\/\/club\.example\/logo\.png/ },
  },
  {
    what: 'a data URI that is no image',
    body: { logoURL: 'data:text/html;base64,PGI+', value: true },
    issues: { value: 'must be a text', logoURL: 'data:image/png;base64,' },
  },
  {
    what: 'a day alone where a time counts',
    body: { relevantDate: '2027-06-05', relevantDates: [{ startDate: '2027-06-05' }] },
    issues: { relevantDate: date, 'relevantDates[0].startDate': date },
  },
  ...[
    '2027-02-29',
    '2027-13-01',
    '05.03.2027',
    '2027-3-5',
    '2027-03-05T24:00Z',
    '2027-03-05T23:59:60Z',
  ].map((expirationDate) => ({
    what: `${expirationDate} as the expiry`,
    body: { expirationDate },
    issues: { expirationDate: /^must be a day such as 2027-03-05, or a date with time and offset/ },
  })),
  {
    what: 'a time without an offset',
    body: { expirationDate: '2027-03-05T12:00:00' },
    issues: { expirationDate: /offset such as|with time and offset/ },
  },
  {
    what: 'a day alone that shall show a time',
    body: back({ value: '1990-05-17', dateStyle: 'long', timeStyle: 'short' }),
    issues: {
      'backFields[0].value': /time and offset, such as 2027-06-05T19:30:00\+02:00.*timeStyle/,
    },
  },
  {
    what: 'a birthday that does not exist',
    body: back({ value: '1990-02-30', dateStyle: 'long' }),
    issues: { 'backFields[0].value': /1990-05-17/ },
  },
  {
    what: 'a value that the barcode cannot carry, whatever the letters of its format',
    body: { barcodeValue: 'Zoë', barcodeFormat: ' code 128 ' },
    issues: { barcodeValue: /outside ASCII, which Code128 cannot carry/ },
  },
  {
    what: 'an unknown choice',
    body: { barcodeValue: 'x', barcodeFormat: 'EAN 13', colorPreset: 'navy' },
    issues: { barcodeFormat: 'must be one of: QR', colorPreset: 'must be one of: dark' },
  },
  ...['\u200b', '\u200e \u2060'].map((blank) => ({
    what: `a title that nobody can see: ${JSON.stringify(blank)}`,
    body: { title: blank, logoText: 'Club' },
    issues: { title: 'must not be blank' },
  })),
]
