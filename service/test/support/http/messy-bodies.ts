type Json = Record<string, unknown>

/** What a sheet, a form or a script really sends, beside a title. */
interface MessyBody {
  what: string
  body: Json
  /** What pass.json then says, by path; undefined when there is nothing. */
  passJson: Json
}

const back = (field: Json) => ({ backFields: [field] })
const first = 'generic.backFields.0'
const blanks = ' \t\r\n\u00a0\u200b\u2060\ufeff'

export const messyBodies: readonly MessyBody[] = [
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
      description: 'Club',
      sharingProhibited: true,
      barcodes: undefined,
      'generic.primaryFields.0.label': 'CARD',
      'generic.secondaryFields': undefined,
    },
  },
  { what: 'an empty logo text', body: { logoText: '' }, passJson: { description: 'Club' } },
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
    passJson: { description: 'Club' },
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
    passJson: { description: 'Club' },
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
    passJson: { description: 'Club' },
  },
  {
    what: 'blanks round what is shown',
    body: { title: ' Club ', value: ' Ada ', label: ' Member ', barcodeValue: ' M-1 ' },
    passJson: {
      description: ' Club ',
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
