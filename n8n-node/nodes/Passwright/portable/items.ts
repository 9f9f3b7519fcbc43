// A copy of shared/src/portable/items.ts, made by "npm run sync": change it there.

import type { ItemField, Kind } from './field'

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

/** A place where the lock screen suggests the pass (Apple: Pass.Locations). */
export const locationItems: readonly ItemField[] = [
  item('latitude', 'number', 'Latitude', 'From -90 to 90.', 48.2082),
  item('longitude', 'number', 'Longitude', 'From -180 to 180.', 16.3738),
  item('altitude', 'number', 'Altitude', 'In metres.', 171),
  item('relevantText', 'text', 'Text', 'What the lock screen says.', 'Welcome to the club'),
]

/** A moment, or a period (Apple: Pass.RelevantDates). */
export const relevantDateItems: readonly ItemField[] = [
  item('date', 'instant', 'Date', 'One moment.', '2027-06-05T19:30:00+02:00'),
  item('startDate', 'instant', 'Start', 'Begin of a period.', '2027-06-05T18:00:00+02:00'),
  item('endDate', 'instant', 'End', 'End of a period.', '2027-06-05T23:00:00+02:00'),
]

/** Who gets the mail with the pass attached, and what it says beside the pass. */
export const emailItems: readonly ItemField[] = [
  item('to', 'text', 'To', 'One e-mail address.', 'ada@example.com'),
  item('name', 'text', 'Name', 'Who the mail greets.', 'Ada Example'),
  item(
    'subject',
    'text',
    'Subject',
    'Yours instead of ours. {{name}}, {{title}} and {{organizationName}} are filled in.',
    'Your card of {{organizationName}}',
  ),
  item(
    'message',
    'longText',
    'Message',
    'A few words of yours above the pass. {{name}}, {{title}} and {{organizationName}} are filled in.',
    'Welcome, {{name}}! Show this card at the desk.',
  ),
]
