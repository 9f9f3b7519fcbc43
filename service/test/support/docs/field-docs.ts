import {
  type Field,
  type FormGroup,
  fields,
  type ItemField,
  parseRoute,
  passFieldItems,
  routes,
} from '@passwright/shared'
import { buildAppleDocs } from './apple-docs.ts'

const createPkpass = parseRoute(routes.createPkpass).path
const createPass = parseRoute(routes.createPass).path

const headings: Record<FormGroup, string> = {
  basics: 'Basics',
  barcode: 'Barcode',
  look: 'Appearance',
  images: 'Images',
  fields: 'Pass fields',
  whenAndWhere: 'Dates and locations',
  apple: 'For apps, readers and other languages',
  email: 'Email',
  reference: 'Your own references',
}

/** Builds the documentation page of all fields from the tables that the forms are built from. */
export function buildFieldDocs(): string {
  const sections = Object.entries(headings).map(([group, heading]) => {
    const rows = fields.filter((field) => field.group === group)
    return `## ${heading}\n\n${formatTable(rows)}\n`
  })
  return `# The fields of a pass

Send these fields in the body of \`${createPkpass}\` and \`${createPass}\`. Fields marked ¹ are required by \`${createPkpass}\`;
\`${createPass}\` requires at least one of \`title\`, \`logoText\` and \`primaryFields\`. Fields marked ² require an API key with the \`pro\`
or \`unlimited\` plan. A field that is not listed here is rejected with a 400.

An optional field that is \`null\` or empty (\`""\`, for a list also \`[]\`) is not given, except for the texts that may be empty, as their
meaning says. A text may be a number, written without an exponent and with 15 digits at most; send a number as a text to keep
zeros such as those of \`0042\` or \`1.50\`. \`true\` and \`false\` are no texts. Blanks and line ends around it do not count in a choice,
color, date, URL, ID, email address, currency and field key, nor does letter case in a choice and a currency; what the pass
shows or the barcode holds keeps its blanks.

Inside Apple's own shapes (\`nfc\`, \`semantics\`, \`apple\`) \`null\` is not given either, at any depth; \`userInfo\` may hold \`null\`.

Dates keep the offset that they were given; \`pass.json\` has them without fractions of a second. Two fields take a day alone:
\`expirationDate\`, which then means the end of that day in UTC, and the value of a pass field with a \`dateStyle\` and no time, such
as a birthday: Wallet shows the same day in every time zone. Everywhere else a date needs a time and an offset.

${sections.join('\n')}
## Inside a pass field

Each entry of \`headerFields\`, \`primaryFields\`, \`secondaryFields\`, \`auxiliaryFields\` and \`backFields\`. Apple's own constants, such as
\`PKDateStyleMedium\`, are accepted too.

${formatTable(passFieldItems)}

## Inside the other lists and objects

${formatLists()}
${buildAppleDocs()}`
}

function formatLists(): string {
  return fields
    .filter(({ items }) => items && items !== passFieldItems)
    .map(({ path, items = [] }) => `\`${path}\`:\n\n${formatTable(items)}\n`)
    .join('\n')
}

/** "Only for an `eventTicket` or a `boardingPass`." */
function formatStyles(row: Field | ItemField): string {
  const styles = ('styles' in row && row.styles) || []
  const names = styles.map((style) => `\`${style}\``).join(', ')
  return `${styles.length > 0 ? ` Only for the style${styles.length > 1 ? 's' : ''} ${names}.` : ''}${row.since ? ` Since iOS ${row.since}.` : ''}`
}

function formatTable(rows: readonly (Field | ItemField)[]): string {
  const lines = rows.map((row) => {
    const marks = `${'required' in row && row.required ? ' ¹' : ''}${'requiredFeature' in row && row.requiredFeature ? ' ²' : ''}`
    const choices = row.choices
      ? ` One of ${row.choices.map((choice) => `\`${choice}\``).join(' ')}.`
      : ''
    return `| \`${row.key}\`${marks} | ${row.help}${choices}${formatStyles(row)} | \`${JSON.stringify(row.sample)}\` |`
  })
  return ['| field | meaning | sample |', '| --- | --- | --- |', ...lines].join('\n')
}
