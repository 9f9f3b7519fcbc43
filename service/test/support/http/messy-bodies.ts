type Json = Record<string, unknown>

/** What a sheet, a form or a script really sends, beside a title. */
interface AcceptedBody {
  what: string
  body: Json
  /** What pass.json then says, by path; undefined when there is nothing. */
  passJson: Json
}

interface RefusedBody {
  what: string
  body: Json
  issues: Record<string, RegExp | string>
}

const back = (field: Json) => ({ backFields: [field] })
const first = 'generic.backFields.0'
const blanks = ' \t\r\n\u00a0\u200b\u2060\ufeff'

export const accepted: readonly AcceptedBody[] = [
  {
    what: 'a row with every column, half of them empty',
    body: {
      ...{ label: '', value: '', barcodeValue: '', barcodeFormat: '', barcodeAltText: '' },
      ...{ style: '', colorPreset: '', color: '', foregroundColor: '', labelColor: '' },
      ...{ logoURL: '', logoText: '', description: '', organizationName: '' },
      ...{ headerFields: '', primaryFields: '', secondaryFields: [], auxiliaryFields: '' },
      ...{ backFields: '', expirationDays: '', expirationDate: '', relevantDate: '' },
      ...{ relevantDates: '', locations: '', maxDistance: '', sharingProhibited: '', email: '' },
      ...{ locale: '', externalId: '', metadata: '', passTypeIdentifier: '' },
    },
    passJson: {
      logoText: 'Club',
      description: 'Club',
      organizationName: 'Passwright Development (not Apple)',
      backgroundColor: 'rgb(28, 28, 30)',
      foregroundColor: 'rgb(255, 255, 255)',
      sharingProhibited: true,
      barcodes: undefined,
      locations: undefined,
      relevantDates: undefined,
      'generic.primaryFields.0.value': 'Club',
      'generic.secondaryFields': undefined,
    },
  },
  {
    what: 'the same row with null',
    body: {
      ...{ label: null, value: null, barcodeValue: null, barcodeFormat: null },
      ...{ barcodeAltText: null, style: null, colorPreset: null, color: null },
      ...{ foregroundColor: null, labelColor: null, logoURL: null, logoText: null },
      ...{ cardLabel: null, description: null, organizationName: null, headerFields: null },
      ...{ primaryFields: null, secondaryFields: null, auxiliaryFields: null, backFields: null },
      ...{ expirationDays: null, expirationDate: null, relevantDate: null, relevantDates: null },
      ...{ locations: null, maxDistance: null, sharingProhibited: null, email: null },
      ...{ locale: null, externalId: null, metadata: null, passTypeIdentifier: null },
    },
    passJson: {
      logoText: 'Club',
      sharingProhibited: true,
      barcodes: undefined,
      'generic.primaryFields.0.label': 'CARD',
      'generic.secondaryFields': undefined,
    },
  },
  { what: 'an empty logo text', body: { logoText: '' }, passJson: { logoText: 'Club' } },
  { what: 'a blank logo text', body: { logoText: ' ' }, passJson: { logoText: ' ' } },
  {
    what: 'an empty heading of the card',
    body: { cardLabel: '' },
    passJson: { 'generic.primaryFields.0.label': '' },
  },
  {
    what: 'an empty title beside a logo text',
    body: { title: '', logoText: 'Club' },
    passJson: { logoText: 'Club', generic: {} },
  },
  {
    what: 'an empty label',
    body: { label: '', value: 'Ada' },
    passJson: { 'generic.secondaryFields.0': { key: 'value', value: 'Ada' } },
  },
  {
    what: 'an empty description',
    body: { description: '', logoText: 'Riverside' },
    passJson: { description: 'Riverside' },
  },
  {
    what: 'null and empty texts inside a field',
    body: back({
      ...{ key: '', label: null, value: 'x', changeMessage: '', textAlignment: null },
      ...{ dateStyle: '', timeStyle: null, ignoresTimeZone: null, isRelative: '' },
      ...{ numberStyle: '', currencyCode: '', dataDetectorTypes: null, attributedValue: '' },
      row: null,
    }),
    passJson: { [first]: { key: 'back-field', value: 'x' } },
  },
  {
    what: 'an empty value of a field',
    body: back({ key: 'k', label: 'Note', value: '' }),
    passJson: { [first]: { key: 'k', label: 'Note', value: '' } },
  },
  {
    what: 'an empty list of detectors',
    body: back({ value: 'x', dataDetectorTypes: [] }),
    passJson: { [`${first}.dataDetectorTypes`]: [] },
  },
  {
    what: 'null and empty texts inside a location',
    body: { locations: [{ latitude: 1, longitude: 2, altitude: null, relevantText: '' }] },
    passJson: { locations: [{ latitude: 1, longitude: 2 }] },
  },
  {
    what: 'null inside a relevant date',
    body: { relevantDates: [{ date: '2027-06-05T19:30Z', startDate: null, endDate: '' }] },
    passJson: { relevantDates: [{ date: '2027-06-05T19:30Z' }] },
  },
  {
    what: 'null in metadata',
    body: { metadata: { source: null, list: '' } },
    passJson: { logoText: 'Club' },
  },
  {
    what: 'a barcode value without a format',
    body: { barcodeValue: 'M-1', barcodeFormat: '' },
    passJson: { 'barcodes.0.format': 'PKBarcodeFormatQR' },
  },

  {
    what: 'a number as the barcode value',
    body: { barcodeValue: 4711 },
    passJson: { 'barcodes.0.message': '4711' },
  },
  {
    what: 'a number with decimals as the barcode value',
    body: { barcodeValue: 12.5 },
    passJson: { 'barcodes.0.message': '12.5' },
  },
  {
    what: 'the largest whole number that is exact',
    body: { barcodeValue: 9007199254740991 },
    passJson: { 'barcodes.0.message': '9007199254740991' },
  },
  {
    what: 'a number that a computer cannot hold exactly',
    body: { value: 0.1 + 0.2 },
    passJson: { 'generic.secondaryFields.0.value': '0.3' },
  },
  {
    what: 'a very small number',
    body: { value: 0.0000001 },
    passJson: { 'generic.secondaryFields.0.value': '0.0000001' },
  },
  {
    what: 'zero',
    body: { value: 0, label: -0 },
    passJson: { 'generic.secondaryFields.0': { key: 'value', label: '0', value: '0' } },
  },
  {
    what: 'numbers as title, label and texts',
    body: { title: 2027, label: 7, logoText: 1, cardLabel: 2, description: 3 },
    passJson: {
      logoText: '1',
      description: '3',
      'generic.primaryFields.0': { key: 'title', label: '2', value: '2027' },
      'generic.secondaryFields.0.label': '7',
    },
  },
  {
    what: 'numbers as label and key of a field, whose value stays a number',
    body: back({ key: 7, label: 2027, value: 12.5 }),
    passJson: { [first]: { key: '7', label: '2027', value: 12.5 } },
  },
  {
    what: 'numbers in metadata and as the own id',
    body: { metadata: { row: 7 }, externalId: 1042 },
    passJson: { logoText: 'Club' },
  },

  {
    what: 'blanks round a choice',
    body: { barcodeValue: 'x', barcodeFormat: ' QR ' },
    passJson: { 'barcodes.0.format': 'PKBarcodeFormatQR' },
  },
  {
    what: 'a choice in small letters',
    body: { barcodeValue: 'x', barcodeFormat: 'pdf417', colorPreset: 'BLUE', locale: 'DE' },
    passJson: { 'barcodes.0.format': 'PKBarcodeFormatPDF417', backgroundColor: 'rgb(30, 58, 138)' },
  },
  {
    what: 'a choice with a blank or a hyphen in it',
    body: {
      barcodeValue: 'x',
      barcodeFormat: 'code 128',
      ...back({ value: 1, numberStyle: 'spell-out' }),
    },
    passJson: {
      'barcodes.0.format': 'PKBarcodeFormatCode128',
      [`${first}.numberStyle`]: 'PKNumberStyleSpellOut',
    },
  },
  {
    what: 'choices in a list',
    body: back({ value: 'x', dataDetectorTypes: ['Phone Number', ' link'] }),
    passJson: {
      [`${first}.dataDetectorTypes`]: ['PKDataDetectorTypePhoneNumber', 'PKDataDetectorTypeLink'],
    },
  },
  {
    what: 'Apple’s own constant with blanks',
    body: back({ value: 'x', textAlignment: ' PKTextAlignmentCenter ' }),
    passJson: { [`${first}.textAlignment`]: 'PKTextAlignmentCenter' },
  },
  {
    what: 'blanks round a color',
    body: { color: ' #1e40af\n', foregroundColor: `${blanks}#FFF${blanks}` },
    passJson: { backgroundColor: 'rgb(30, 64, 175)', foregroundColor: 'rgb(255, 255, 255)' },
  },
  {
    what: 'blanks round a date',
    body: { relevantDate: ' 2027-06-05T19:30:00+02:00 ', expirationDate: '2028-01-31T23:59Z\n' },
    passJson: { relevantDate: '2027-06-05T19:30:00+02:00', expirationDate: '2028-01-31T23:59Z' },
  },
  {
    what: 'blanks round the key of a field and round its date',
    body: back({ key: ' since ', value: ' 2027-01-01T00:00Z ', dateStyle: 'Medium' }),
    passJson: {
      [first]: { key: 'since', value: '2027-01-01T00:00Z', dateStyle: 'PKDateStyleMedium' },
    },
  },
  {
    what: 'blanks round a currency',
    body: back({ value: 5, currencyCode: ' eur ' }),
    passJson: { [`${first}.currencyCode`]: 'EUR' },
  },
  {
    what: 'a currency that is in ISO 4217 only',
    body: back({ value: 5, currencyCode: 'XAU' }),
    passJson: { [`${first}.currencyCode`]: 'XAU' },
  },
  {
    what: 'blanks round the Pass Type ID',
    body: { passTypeIdentifier: ' pass.dev.passwright ' },
    passJson: { logoText: 'Club' },
  },
  {
    what: 'blanks round what is shown',
    body: { title: ' Club ', value: ' Ada ', label: ' Member ', barcodeValue: ' M-1 ' },
    passJson: {
      logoText: ' Club ',
      'generic.secondaryFields.0': { key: 'value', label: ' Member ', value: ' Ada ' },
      'barcodes.0.message': ' M-1 ',
    },
  },

  {
    what: 'a day on which the pass expires',
    body: { expirationDate: '2027-03-05' },
    passJson: { expirationDate: '2027-03-05T23:59:59Z' },
  },
  {
    what: 'the last day of a leap year’s February',
    body: { expirationDate: ' 2028-02-29 ' },
    passJson: { expirationDate: '2028-02-29T23:59:59Z' },
  },
  {
    what: 'milliseconds, as scripts write them',
    body: {
      expirationDate: '2027-03-05T12:00:00.000Z',
      relevantDate: '2027-06-05T19:30:00.500+02:00',
      relevantDates: [
        { date: '2027-06-05T19:30:00.123456789Z' },
        { startDate: '2027-06-05T18:00:00.000Z', endDate: '2027-06-05T23:00:00.000Z' },
      ],
    },
    passJson: {
      expirationDate: '2027-03-05T12:00:00Z',
      relevantDate: '2027-06-05T19:30:00+02:00',
      relevantDates: [
        { date: '2027-06-05T19:30:00Z' },
        { startDate: '2027-06-05T18:00:00Z', endDate: '2027-06-05T23:00:00Z' },
      ],
    },
  },
  {
    what: 'a date in a field with milliseconds',
    body: back({ value: '2027-06-05T19:30:00.000Z', timeStyle: 'short' }),
    passJson: { [`${first}.value`]: '2027-06-05T19:30:00Z' },
  },
  {
    what: 'a text that looks like a date',
    body: back({ value: '1990-05-17' }),
    passJson: { [first]: { key: 'back-field', value: '1990-05-17' } },
  },
  {
    what: 'a birthday',
    body: back({ value: '1990-05-17', dateStyle: 'long' }),
    passJson: {
      [first]: {
        key: 'back-field',
        value: '1990-05-17T12:00:00Z',
        dateStyle: 'PKDateStyleLong',
        ignoresTimeZone: true,
      },
    },
  },
  {
    what: 'a birthday that says twice that it has no time',
    body: back({
      value: ' 1990-05-17 ',
      dateStyle: 'long',
      timeStyle: 'none',
      ignoresTimeZone: false,
    }),
    passJson: { [`${first}.value`]: '1990-05-17T12:00:00Z', [`${first}.ignoresTimeZone`]: true },
  },
]

const date = /^must be a date with time and offset, such as 2027-06-05T19:30:00\+02:00$/

export const refused: readonly RefusedBody[] = [
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
]
