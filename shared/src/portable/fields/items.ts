import type { FieldKind, ItemField } from './field.ts'

const dateStyles = ['none', 'short', 'medium', 'long', 'full'] as const

/** Builds a row whose path is its key. */
export const item = (
  key: string,
  kind: FieldKind,
  label: string,
  help: string,
  sample: unknown,
  more: Omit<Partial<ItemField>, 'key' | 'path' | 'kind' | 'label' | 'help' | 'sample'> = {},
): ItemField => ({ key, path: key, kind, label, help, sample, ...more })

/** One field on the pass, with label and value (Apple: PassFieldContent). */
export const passFieldItems: readonly ItemField[] = [
  item('label', 'text', 'Label', 'The small heading above the value.', 'Points'),
  item(
    'value',
    'textOrNumber',
    'Value',
    'The text, number or date that the field shows. May be empty.',
    '120',
    { keepsEmpty: true, makesEntry: true },
  ),
  item('key', 'text', 'Key', 'Your own name for this field. Generated when empty.', 'points', {
    isExact: true,
  }),
  item(
    'changeMessage',
    'text',
    'Change Message',
    'The text of a notification when the value changes, on phones that your service tells of changes; %@ is replaced with the new value.',
    'You now have %@ points',
  ),
  item('textAlignment', 'choice', 'Alignment', 'How the text is aligned.', 'natural', {
    choices: ['left', 'center', 'right', 'natural'],
  }),
  item(
    'dateStyle',
    'choice',
    'Date Style',
    'Show the value as a date in this style. A day alone, such as a birthday, is the same day everywhere.',
    'medium',
    { choices: dateStyles },
  ),
  item('timeStyle', 'choice', 'Time Style', 'Show the value as a time in this style.', 'short', {
    choices: dateStyles,
  }),
  item(
    'ignoresTimeZone',
    'boolean',
    'Ignore Time Zone',
    'Show the time in its own time zone instead of that of the device.',
    false,
  ),
  item(
    'isRelative',
    'boolean',
    'Relative Date',
    'Show the date relative to now, such as "in 2 hours".',
    false,
  ),
  item('numberStyle', 'choice', 'Number Style', 'How a number is formatted.', 'decimal', {
    choices: ['decimal', 'percent', 'scientific', 'spellOut'],
  }),
  item(
    'currencyCode',
    'text',
    'Currency',
    'Show the value as an amount in this currency: an ISO 4217 code. Not with a number style.',
    'EUR',
    { isExact: true },
  ),
  item(
    'attributedValue',
    'longText',
    'Value with Links',
    'The value with links: <a href="https://…">text</a>. Shown on the back of the pass.',
    '<a href="https://club.example/terms">Terms</a>',
  ),
  item(
    'dataDetectorTypes',
    'choices',
    'Detect',
    'What becomes a link on the back of the pass. Nothing when the list is empty.',
    ['phoneNumber', 'link'],
    { choices: ['phoneNumber', 'link', 'address', 'calendarEvent'] },
  ),
  item('row', 'integer', 'Row', 'Row 0 or 1 of the auxiliary fields of an event ticket.', 0),
]

/** A location at which the lock screen suggests the pass (Apple: Pass.Locations). */
export const locationItems: readonly ItemField[] = [
  item('latitude', 'number', 'Latitude', 'From -90 to 90.', 48.2082),
  item('longitude', 'number', 'Longitude', 'From -180 to 180.', 16.3738),
  item('altitude', 'number', 'Altitude', 'In meters.', 171),
  item(
    'relevantText',
    'text',
    'Text',
    'The text that the lock screen shows there.',
    'Welcome to the club',
  ),
]

/** An iBeacon near which the lock screen suggests the pass (Apple: Pass.Beacons). */
export const beaconItems: readonly ItemField[] = [
  item(
    'proximityUUID',
    'text',
    'UUID',
    'The UUID of the iBeacons.',
    '5f1c2a54-9d0e-4c8f-8f7e-2b1d9a3c5e70',
    { isExact: true },
  ),
  item('major', 'integer', 'Major', 'The major number of the iBeacons, from 0 to 65535.', 1),
  item('minor', 'integer', 'Minor', 'The minor number of one iBeacon, from 0 to 65535.', 12),
  item(
    'relevantText',
    'text',
    'Text',
    'The text that the lock screen shows there.',
    'Welcome to the club',
  ),
]

/** A date or a period at which the lock screen suggests the pass (Apple: Pass.RelevantDates). */
export const relevantDateItems: readonly ItemField[] = [
  item('date', 'instant', 'Date', 'A single date with time.', '2027-06-05T19:30:00+02:00'),
  item('startDate', 'instant', 'Start', 'The start of a period.', '2027-06-05T18:00:00+02:00'),
  item('endDate', 'instant', 'End', 'The end of a period.', '2027-06-05T23:00:00+02:00', {
    dayMeansEnd: true,
  }),
]

/** The email that the pass is attached to. */
export const emailItems: readonly ItemField[] = [
  item('to', 'text', 'To', "The recipient's email address.", 'ada@example.com', { isExact: true }),
  item('name', 'text', 'Name', 'The name of the recipient, for the greeting.', 'Ada Example', {
    needs: 'to',
  }),
  {
    ...item(
      'subject',
      'text',
      'Subject',
      'Your own subject instead of the default. {{name}}, {{title}} and {{organizationName}} are filled in.',
      'Your card of {{organizationName}}',
    ),
    requiredFeature: 'emailTexts',
    needs: 'to',
  },
  {
    ...item(
      'message',
      'longText',
      'Message',
      'A message of yours above the pass. {{name}}, {{title}} and {{organizationName}} are filled in.',
      'Welcome, {{name}}! Show this card at the desk.',
    ),
    requiredFeature: 'emailTexts',
    needs: 'to',
  },
]

/** The email of a create call, which may find the pass as it is already. */
export const createEmailItems: readonly ItemField[] = [
  ...emailItems,
  item(
    'when',
    'choice',
    'Send When',
    'When the email is sent: always, only when the pass is created, or when it is created or changed. Always when empty.',
    'created',
    { choices: ['always', 'created', 'changed'], needs: 'to' },
  ),
]
