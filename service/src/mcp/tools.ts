import { type Client, eventTypes } from '@passwright/shared'
import { z } from 'zod'
import { findPassByReference } from './find-pass.ts'
import { summarizePass } from './summaries.ts'

/** What an agent can do, one row each. */
export interface Tool {
  title: string
  description: string
  input: z.ZodObject
  /** Changes nothing. */
  isReadOnly?: true
  /** Takes something away that the same tool does not bring back. */
  isDestructive?: true
  /** A repeat changes nothing more. */
  isIdempotent?: true
  run: (api: Client<unknown>, input: never) => Promise<unknown>
}

/** Defines a tool, tying its input to its schema. */
const defineTool = <Input extends z.ZodObject>(
  tool: Omit<Tool, 'input' | 'run'> & {
    input: Input
    run: (api: Client<unknown>, input: z.output<Input>) => Promise<unknown>
  },
): Tool => tool

const Reference = z
  .string()
  .min(1)
  .describe(
    'The pass: its serial number, its own id (externalId), or the email address of its holder. When several fit, they are listed and nothing is done.',
  )
const Body = z.record(z.string(), z.unknown())
const Values = Body.describe('The inputs of the template by their keys')
const Email = z.object({
  to: z.string(),
  name: z.string().optional(),
  subject: z.string().optional(),
  message: z.string().optional(),
})
const Limit = z.int().min(1).max(100).optional()

/** Runs work on the one pass that a reference fits, or lists those that fit. */
async function onPass(
  api: Client<unknown>,
  reference: string,
  work: (serialNumber: string) => Promise<unknown>,
): Promise<unknown> {
  const found = await findPassByReference(api, reference)
  if ('serialNumber' in found) return work(found.serialNumber)
  const note = `Several passes fit "${reference}", so nothing was done. Call again with one serialNumber.`
  return { note, passes: found.several.map(summarizePass) }
}

export const tools: Record<string, Tool> = {
  find_passes: defineTool({
    title: 'Find passes',
    description:
      'Lists passes, newest first. q is words that the title, own id, field values or email address begin with.',
    isReadOnly: true,
    input: z.object({
      q: z.string().optional(),
      externalId: z.string().optional(),
      email: z.string().optional(),
      template: z.string().optional().describe('The id or the name of a template'),
      voided: z.boolean().optional(),
      installed: z.boolean().optional(),
      limit: Limit,
      cursor: z.string().optional().describe('nextCursor of the page before'),
    }),
    run: async (api, query) => {
      const { passes, nextCursor } = await api.listPasses(query)
      return { passes: passes.map(summarizePass), nextCursor }
    },
  }),
  get_pass: defineTool({
    title: 'Get a pass',
    description: 'Gets one pass with all that it says, and its links.',
    isReadOnly: true,
    input: z.object({ pass: Reference }),
    run: (api, { pass }) => onPass(api, pass, (serialNumber) => api.getPass(serialNumber)),
  }),
  issue_pass: defineTool({
    title: 'Issue a pass',
    description:
      'Creates a pass, or updates the one with this externalId, and gives its links. Either template with values, or pass: the fields of POST /api/passes, such as {"title": "Member card", "barcodeValue": "M-1", "barcodeFormat": "QR", "primaryFields": [{"label": "Member", "value": "Ada"}]}. With email it is sent at once.',
    input: z.object({
      template: z.string().optional().describe('The id or the name of a template'),
      values: Values.optional(),
      pass: Body.optional(),
      externalId: z
        .string()
        .optional()
        .describe('Your own id of the pass, such as a member number'),
      email: Email.optional(),
    }),
    run: async (api, { pass, ...rest }) => {
      const { applePass: _, ...created } = await api.createPass({ ...pass, ...rest })
      return created
    },
  }),
  update_pass: defineTool({
    title: 'Update a pass',
    description:
      'Changes fields of a pass, which phones then show. changes is a JSON merge patch of the fields of POST /api/passes: null removes one, and a list replaces the whole list. values are new values of its template.',
    isIdempotent: true,
    input: z.object({ pass: Reference, changes: Body.optional(), values: Values.optional() }),
    run: (api, { pass, changes, values }) =>
      onPass(api, pass, (serialNumber) =>
        api.patchPass(serialNumber, { ...changes, ...(values && { values }) }),
      ),
  }),
  adjust_counter: defineTool({
    title: 'Add to a counter',
    description:
      'Raises or lowers the number in a field by so much, or sets it, such as points or stamps. A reference, such as an order number, counts once.',
    input: z.object({
      pass: Reference,
      field: z.string().describe('The key of the field, or the name of a template value'),
      by: z.number().optional(),
      set: z.number().optional(),
      min: z.number().optional(),
      max: z.number().optional(),
      reference: z.string().optional(),
      message: z.string().optional().describe('A text for the lock screen'),
    }),
    run: (api, { pass, ...request }) =>
      onPass(api, pass, (serialNumber) => api.adjustPass(serialNumber, request)),
  }),
  void_pass: defineTool({
    title: 'Void a pass',
    description: 'Marks a pass as void, on phones too; undo makes it valid again.',
    isDestructive: true,
    isIdempotent: true,
    input: z.object({ pass: Reference, undo: z.boolean().optional() }),
    run: (api, { pass, undo }) =>
      onPass(api, pass, (serialNumber) =>
        undo ? api.unvoidPass(serialNumber) : api.voidPass(serialNumber),
      ),
  }),
  mail_pass: defineTool({
    title: 'Mail a pass',
    description: 'Sends a pass by email, attached and with its link.',
    input: z.object({ pass: Reference, ...Email.shape }),
    run: (api, { pass, ...email }) =>
      onPass(api, pass, (serialNumber) => api.sendEmail(serialNumber, email)),
  }),
  send_message: defineTool({
    title: 'Send a message',
    description: 'Shows a text on the lock screen of every phone with the pass.',
    input: z.object({ pass: Reference, message: z.string() }),
    run: (api, { pass, message }) =>
      onPass(api, pass, (serialNumber) => api.sendMessage(serialNumber, message)),
  }),
  list_templates: defineTool({
    title: 'List templates',
    description: 'Lists the templates and the inputs that a pass of each needs.',
    isReadOnly: true,
    input: z.object({}),
    run: (api) => api.listTemplates(),
  }),
  get_statistics: defineTool({
    title: 'Get statistics',
    description:
      'Counts what happened to the passes by day, week or month (UTC), and how many there are now.',
    isReadOnly: true,
    input: z.object({
      template: z.string().optional().describe('The id or the name of a template'),
      from: z.string().optional().describe('The first day, such as 2027-01-15'),
      to: z.string().optional(),
      by: z.enum(['day', 'week', 'month']).optional(),
    }),
    run: (api, query) => api.getStats(query),
  }),
  list_events: defineTool({
    title: 'List events',
    description: 'Lists what happened, oldest first; after is the id of the last event known.',
    isReadOnly: true,
    input: z.object({
      type: z.enum(eventTypes).optional(),
      after: z.string().optional(),
      limit: Limit,
    }),
    run: (api, query) => api.listEvents(query),
  }),
}
