import type { DocumentedOperation } from './document.ts'

/** The chapters of the reference by the part of the path that names the resource. */
const titles: Record<string, string> = {
  passes: 'Passes',
  pkpass: 'Passes',
  emails: 'Emails',
  templates: 'Templates',
  people: 'People',
  stats: 'Statistics',
  events: 'Events',
  webhooks: 'Webhooks',
  auth: 'Account',
  keys: 'Account',
  apple: 'For phones: Apple’s web service',
}

const others = 'Pages and health'

export interface OperationGroup {
  title: string
  operations: DocumentedOperation[]
}

/** Groups operations by what they are about, in the order of the chapters. */
export function groupOperations(operations: readonly DocumentedOperation[]): OperationGroup[] {
  const groups = Map.groupBy(operations, toTitle)
  const order = [...new Set([...Object.values(titles).slice(0, -1), ...groups.keys()])]
  const last = [titles.apple ?? '', others]
  return [...order.filter((title) => !last.includes(title)), ...last].flatMap((title) => {
    const found = groups.get(title)
    return found ? [{ title, operations: found }] : []
  })
}

function toTitle({ path }: DocumentedOperation): string {
  const [, first = '', second = ''] = path.split('/')
  const name = first === 'api' ? second : first
  const known = titles[name]
  if (known !== undefined) return known
  return first === 'api' ? name.charAt(0).toUpperCase() + name.slice(1) : others
}
