import {
  type Field,
  fields,
  type Group,
  type ItemField,
  parseRoute,
  passFieldItems,
  routes,
} from '@passwright/shared'

const headings: Record<Group, string> = {
  basics: 'The first three',
  barcode: 'Barcode',
  look: 'Look',
  fields: 'Labelled texts',
  whenAndWhere: 'When and where',
  email: 'By e-mail',
  reference: 'For your own records',
}

/** The page about all fields, from the table that forms and documentation are made of. */
export function fieldDocs(): string {
  const sections = Object.entries(headings).map(([group, heading]) => {
    const rows = fields.filter((field) => field.group === group)
    return `## ${heading}\n\n${table(rows)}\n`
  })
  return `# The fields of a pass

They go into the body of \`${parseRoute(routes.createPkpass).path}\` and \`${parseRoute(routes.createPass).path}\`. ¹ must be given to
\`${parseRoute(routes.createPkpass).path}\`; \`${parseRoute(routes.createPass).path}\` wants at least one of \`title\`, \`logoText\` and \`primaryFields\`. ² needs a key
with the \`pro\` or \`unlimited\` plan. A field that is not listed here is a 400.

${sections.join('\n')}
## Inside a labelled text

Each entry of \`headerFields\`, \`primaryFields\`, \`secondaryFields\`, \`auxiliaryFields\` and \`backFields\`. Apple's own constants, such as
\`PKDateStyleMedium\`, are taken too.

${table(passFieldItems)}

## Inside the other lists and objects

${lists()}`
}

function lists(): string {
  return fields
    .filter(({ items }) => items && items !== passFieldItems)
    .map(({ path, items = [] }) => `\`${path}\`:\n\n${table(items)}\n`)
    .join('\n')
}

function table(rows: readonly (Field | ItemField)[]): string {
  const lines = rows.map((row) => {
    const marks = `${'required' in row && row.required ? ' ¹' : ''}${'needs' in row && row.needs ? ' ²' : ''}`
    const choices = row.choices
      ? ` One of ${row.choices.map((choice) => `\`${choice}\``).join(' ')}.`
      : ''
    return `| \`${row.key}\`${marks} | ${row.help}${choices} | \`${JSON.stringify(row.sample)}\` |`
  })
  return ['| field | meaning | sample |', '| --- | --- | --- |', ...lines].join('\n')
}
