import {
  type Field,
  type FormGroup,
  fields,
  type ItemField,
  parseRoute,
  passFieldItems,
  routes,
} from '@passwright/shared'

const createPkpass = parseRoute(routes.createPkpass).path
const createPass = parseRoute(routes.createPass).path

const headings: Record<FormGroup, string> = {
  basics: 'Basics',
  barcode: 'Barcode',
  look: 'Appearance',
  fields: 'Pass fields',
  whenAndWhere: 'Dates and locations',
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

${sections.join('\n')}
## Inside a pass field

Each entry of \`headerFields\`, \`primaryFields\`, \`secondaryFields\`, \`auxiliaryFields\` and \`backFields\`. Apple's own constants, such as
\`PKDateStyleMedium\`, are accepted too.

${formatTable(passFieldItems)}

## Inside the other lists and objects

${formatLists()}`
}

function formatLists(): string {
  return fields
    .filter(({ items }) => items && items !== passFieldItems)
    .map(({ path, items = [] }) => `\`${path}\`:\n\n${formatTable(items)}\n`)
    .join('\n')
}

function formatTable(rows: readonly (Field | ItemField)[]): string {
  const lines = rows.map((row) => {
    const marks = `${'required' in row && row.required ? ' ¹' : ''}${'requiredFeature' in row && row.requiredFeature ? ' ²' : ''}`
    const choices = row.choices
      ? ` One of ${row.choices.map((choice) => `\`${choice}\``).join(' ')}.`
      : ''
    return `| \`${row.key}\`${marks} | ${row.help}${choices} | \`${JSON.stringify(row.sample)}\` |`
  })
  return ['| field | meaning | sample |', '| --- | --- | --- |', ...lines].join('\n')
}
