/** How a field is asked for; `assemble` and each form have one row per kind. */
export type Kind =
  | 'text'
  | 'longText'
  | 'textOrNumber'
  | 'choice'
  | 'choices'
  | 'color'
  | 'image'
  | 'integer'
  | 'number'
  | 'boolean'
  | 'instant'
  | 'list'
  | 'pairs'

/** The heading under which a form shows a field. */
export type Group = 'basics' | 'look' | 'fields' | 'barcode' | 'whenAndWhere' | 'reference'

/** What a plan must allow before a field may be used. */
export type Capability = 'branding' | 'locations'

/** One thing that can be said about a pass: the words for people and its place in the request. */
export interface Field {
  /** Its name in a flat set of answers. */
  key: string
  /** Where it stands in the request JSON. */
  path: string
  kind: Kind
  group: Group
  label: string
  help: string
  sample: unknown
  /** Must be given to `POST /api/pkpass`. */
  required?: true
  choices?: readonly string[]
  /** What each entry of a `list` asks for. */
  items?: readonly ItemField[]
  needs?: Capability
}

/** A field inside an entry of a list. */
export type ItemField = Pick<
  Field,
  'key' | 'path' | 'kind' | 'label' | 'help' | 'sample' | 'choices'
>

const dateStyles = ['none', 'short', 'medium', 'long', 'full'] as const

const item = (
  key: string,
  kind: Kind,
  label: string,
  help: string,
  sample: unknown,
  choices?: readonly string[],
): ItemField => ({ key, path: key, kind, label, help, sample, choices })

/** What one labelled text on the pass may carry (Apple: PassFieldContent). */
export const passFieldItems: readonly ItemField[] = [
  item('label', 'text', 'Label', 'The small heading above the value.', 'Points'),
  item('value', 'textOrNumber', 'Value', 'What the field says: a text, a number or a date.', '120'),
  item(
    'key',
    'text',
    'Key',
    'A name of your own for this field; made for you when empty.',
    'points',
  ),
  item(
    'changeMessage',
    'text',
    'Change Message',
    'What the lock screen says when the value changes; %@ stands for the new value.',
    'You now have %@ points',
  ),
  item('textAlignment', 'choice', 'Alignment', 'How the text is aligned.', 'natural', [
    'left',
    'center',
    'right',
    'natural',
  ]),
  item('dateStyle', 'choice', 'Date Style', 'Show the value as a date.', 'medium', dateStyles),
  item('timeStyle', 'choice', 'Time Style', 'Show the value as a time.', 'short', dateStyles),
  item(
    'ignoresTimeZone',
    'boolean',
    'Ignore Time Zone',
    "Show the time as it was given, whatever the phone's time zone.",
    false,
  ),
  item('isRelative', 'boolean', 'Relative Date', 'Show the date as "in 2 hours".', false),
  item('numberStyle', 'choice', 'Number Style', 'How a number is written.', 'decimal', [
    'decimal',
    'percent',
    'scientific',
    'spellOut',
  ]),
  item('currencyCode', 'text', 'Currency', 'Three letters of ISO 4217: shows an amount.', 'EUR'),
  item(
    'attributedValue',
    'longText',
    'Value with Links',
    'The value with links: <a href="https://…">text</a>; shown on the back.',
    '<a href="https://club.example/terms">Terms</a>',
  ),
  item(
    'dataDetectorTypes',
    'choices',
    'Detect',
    'What becomes a link on the back; nothing when the list is empty.',
    ['phoneNumber', 'link'],
    ['phoneNumber', 'link', 'address', 'calendarEvent'],
  ),
  item('row', 'integer', 'Row', 'Row 0 or 1 of the auxiliary fields of an event ticket.', 0),
]

const fieldList = (key: string, label: string, help: string, sample: unknown): Field => ({
  key,
  path: key,
  kind: 'list',
  group: 'fields',
  label,
  help,
  sample,
  items: passFieldItems,
})

/** Every field of a pass request, in the order in which a form asks. */
export const fields: readonly Field[] = [
  {
    key: 'title',
    path: 'title',
    kind: 'text',
    group: 'basics',
    label: 'Title',
    help: 'The title on the card. At most 64 characters.',
    sample: 'Riverside Climbing Club',
    required: true,
  },
  {
    key: 'label',
    path: 'label',
    kind: 'text',
    group: 'basics',
    label: 'Label',
    help: 'The small heading of the field below the title.',
    sample: 'Member',
  },
  {
    key: 'value',
    path: 'value',
    kind: 'text',
    group: 'basics',
    label: 'Value',
    help: 'What the field below the title says.',
    sample: 'Ada Example',
  },
  {
    key: 'barcodeValue',
    path: 'barcodeValue',
    kind: 'text',
    group: 'barcode',
    label: 'Barcode Value',
    help: 'What the scanner reads, such as a member number.',
    sample: 'MEMBER-1042',
    required: true,
  },
  {
    key: 'barcodeFormat',
    path: 'barcodeFormat',
    kind: 'choice',
    group: 'barcode',
    label: 'Barcode Format',
    help: 'The kind of barcode. QR when a value is given without a format.',
    sample: 'QR',
    required: true,
    choices: ['QR', 'PDF417', 'Aztec', 'Code128'],
  },
  {
    key: 'barcodeAltText',
    path: 'barcodeAltText',
    kind: 'text',
    group: 'barcode',
    label: 'Text below the Barcode',
    help: 'For people to read where no scanner works.',
    sample: '1042',
  },
  {
    key: 'style',
    path: 'style',
    kind: 'choice',
    group: 'look',
    label: 'Style',
    help: 'The kind of pass, which decides how Wallet lays it out.',
    sample: 'generic',
    choices: ['generic'],
  },
  {
    key: 'colorPreset',
    path: 'colorPreset',
    kind: 'choice',
    group: 'look',
    label: 'Color Preset',
    help: 'A ready-made set of colors. Dark when nothing is chosen.',
    sample: 'blue',
    choices: ['dark', 'light', 'blue', 'green', 'red', 'purple', 'orange'],
  },
  {
    key: 'color',
    path: 'color',
    kind: 'color',
    group: 'look',
    label: 'Background Color',
    help: 'A color of your own as #rrggbb; wins over the preset. Text colors follow from it.',
    sample: '#1e40af',
    needs: 'branding',
  },
  {
    key: 'foregroundColor',
    path: 'foregroundColor',
    kind: 'color',
    group: 'look',
    label: 'Text Color',
    help: 'The color of the values as #rrggbb. Chosen for good contrast when empty.',
    sample: '#ffffff',
    needs: 'branding',
  },
  {
    key: 'labelColor',
    path: 'labelColor',
    kind: 'color',
    group: 'look',
    label: 'Label Color',
    help: 'The color of the labels as #rrggbb. Chosen for good contrast when empty.',
    sample: '#dbeafe',
    needs: 'branding',
  },
  {
    key: 'logoURL',
    path: 'logoURL',
    kind: 'image',
    group: 'look',
    label: 'Logo',
    help: 'Shown at the top left: an address on the web or a data URI; PNG, JPEG or WebP.',
    sample: 'https://club.example/logo.png',
    needs: 'branding',
  },
  {
    key: 'logoText',
    path: 'logoText',
    kind: 'text',
    group: 'look',
    label: 'Logo Text',
    help: 'The text beside the logo. The title when empty.',
    sample: 'Riverside',
  },
  {
    key: 'cardLabel',
    path: 'cardLabel',
    kind: 'text',
    group: 'look',
    label: 'Card Label',
    help: 'The small heading above the title. "CARD" when absent.',
    sample: 'MEMBERSHIP',
  },
  {
    key: 'description',
    path: 'description',
    kind: 'text',
    group: 'look',
    label: 'Description',
    help: 'What VoiceOver reads out. Made from the title when empty.',
    sample: 'Membership card of the Riverside Climbing Club',
  },
  {
    key: 'organizationName',
    path: 'organizationName',
    kind: 'text',
    group: 'look',
    label: 'Organization',
    help: 'Who issues the pass; the heading of its notifications. From the certificate when empty.',
    sample: 'Riverside Climbing Club',
  },
  fieldList('headerFields', 'Header Fields', 'Top right, visible in the stack of passes.', [
    { key: 'points', label: 'Points', value: 120 },
  ]),
  fieldList('primaryFields', 'Primary Fields', 'The most prominent text of the pass.', [
    { key: 'name', label: 'Member', value: 'Ada Example' },
  ]),
  fieldList('secondaryFields', 'Secondary Fields', 'Below the primary fields.', [
    { key: 'since', label: 'Since', value: '2027-01-15T00:00:00+01:00', dateStyle: 'medium' },
  ]),
  fieldList('auxiliaryFields', 'Auxiliary Fields', 'Below the secondary fields, smaller.', [
    { key: 'fee', label: 'Fee', value: 48.5, currencyCode: 'EUR' },
  ]),
  fieldList('backFields', 'Back Fields', 'On the back of the pass; room for long texts.', [
    { key: 'terms', label: 'Terms', value: 'Show this card at the desk.' },
  ]),
  {
    key: 'expirationDays',
    path: 'expirationDays',
    kind: 'integer',
    group: 'whenAndWhere',
    label: 'Expires after Days',
    help: 'The pass expires so many days from now: 1 to 3650.',
    sample: 365,
  },
  {
    key: 'expirationDate',
    path: 'expirationDate',
    kind: 'instant',
    group: 'whenAndWhere',
    label: 'Expires On',
    help: 'A date with time and offset, instead of a number of days.',
    sample: '2028-01-31T23:59:59+01:00',
  },
  {
    key: 'relevantDate',
    path: 'relevantDate',
    kind: 'instant',
    group: 'whenAndWhere',
    label: 'Relevant On',
    help: 'When the lock screen suggests the pass, such as the start of an event.',
    sample: '2027-06-05T19:30:00+02:00',
  },
  {
    key: 'relevantDates',
    path: 'relevantDates',
    kind: 'list',
    group: 'whenAndWhere',
    label: 'Relevant Dates',
    help: 'Several dates or periods in which the lock screen suggests the pass (since iOS 18).',
    sample: [{ startDate: '2027-06-05T18:00:00+02:00', endDate: '2027-06-05T23:00:00+02:00' }],
    items: [
      item('date', 'instant', 'Date', 'One moment.', '2027-06-05T19:30:00+02:00'),
      item('startDate', 'instant', 'Start', 'Begin of a period.', '2027-06-05T18:00:00+02:00'),
      item('endDate', 'instant', 'End', 'End of a period.', '2027-06-05T23:00:00+02:00'),
    ],
  },
  {
    key: 'locations',
    path: 'locations',
    kind: 'list',
    group: 'whenAndWhere',
    label: 'Locations',
    help: 'Places where the lock screen suggests the pass. At most 10.',
    sample: [{ latitude: 48.2082, longitude: 16.3738, relevantText: 'Welcome to the club' }],
    items: [
      item('latitude', 'number', 'Latitude', 'From -90 to 90.', 48.2082),
      item('longitude', 'number', 'Longitude', 'From -180 to 180.', 16.3738),
      item('altitude', 'number', 'Altitude', 'In metres.', 171),
      item('relevantText', 'text', 'Text', 'What the lock screen says.', 'Welcome to the club'),
    ],
    needs: 'locations',
  },
  {
    key: 'maxDistance',
    path: 'maxDistance',
    kind: 'number',
    group: 'whenAndWhere',
    label: 'Greatest Distance',
    help: 'How near in metres a location must be.',
    sample: 200,
  },
  {
    key: 'sharingProhibited',
    path: 'sharingProhibited',
    kind: 'boolean',
    group: 'look',
    label: 'Prohibit Sharing',
    help: 'Hides the Share button in Wallet. On unless switched off.',
    sample: true,
  },
  {
    key: 'externalId',
    path: 'externalId',
    kind: 'text',
    group: 'reference',
    label: 'Your Own ID',
    help: 'Creating again with the same ID updates that pass instead of making a second one.',
    sample: 'member-1042',
  },
  {
    key: 'metadata',
    path: 'metadata',
    kind: 'pairs',
    group: 'reference',
    label: 'Metadata',
    help: 'Up to 20 pairs of your own, returned and searchable, never in the pass.',
    sample: { source: 'signup form' },
  },
  {
    key: 'passTypeIdentifier',
    path: 'passTypeIdentifier',
    kind: 'text',
    group: 'reference',
    label: 'Pass Type ID',
    help: 'Which signing identity to use. The default one when empty.',
    sample: 'pass.com.example.card',
  },
]

/** Finds a field by its place in the request, such as `logoURL`. */
export function fieldAt(path: string): Field | undefined {
  return fields.find((field) => field.path === path)
}
