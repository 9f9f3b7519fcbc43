import type { PersonExport } from '../../portable/api/people'
import {
  buildOptions,
  itemsAtOnce,
  type Operation,
  type OperationContext,
  toUnchangedOutput,
} from '../operation'
import { personEmail, readPersonEmail } from './personEmail'

export const exportPerson: Operation = {
  value: 'export',
  name: 'Export',
  action: 'Export data of person',
  description: 'Get all that the service holds of a person: passes, emails, deliveries and events',
  properties: [personEmail, buildOptions([itemsAtOnce])],
  labels: { email: 'Email' },
  run: async (operation) =>
    toUnchangedOutput(operation, await exportAll(operation.client, readPersonEmail(operation))),
}

/** Joins the pages of an export. */
async function exportAll(
  client: OperationContext['client'],
  email: string,
): Promise<Omit<PersonExport, 'nextCursor'>> {
  const { nextCursor, ...all } = await client.exportPerson(email)
  let cursor = nextCursor
  while (cursor !== null) {
    const page = await client.exportPerson(email, cursor)
    all.passes.push(...page.passes)
    all.emails.push(...page.emails)
    all.events.push(...page.events)
    all.deliveries.push(...page.deliveries)
    cursor = page.nextCursor
  }
  return all
}
