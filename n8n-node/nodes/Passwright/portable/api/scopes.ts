// A copy of shared/src/portable/api/scopes.ts, made by "npm run sync": change it there.

/** What an API key may be limited to, one row each: the scopes of `keys create --scope`. */
export const scopes = {
  issue: {
    label: 'Issue',
    help: 'Create passes, also where the externalId is known and the pass is updated.',
  },
  read: { label: 'Read', help: 'Read passes, emails, events and statistics.' },
  change: { label: 'Change', help: 'Update, adjust, void and delete passes, and show messages.' },
  mail: { label: 'Mail', help: 'Send passes by email, also in the call that creates them.' },
  webhooks: { label: 'Webhooks', help: 'Read and change webhook endpoints.' },
  templates: { label: 'Templates', help: 'Read and change templates.' },
  people: { label: 'People', help: 'Export or forget all that is held of a person.' },
} as const

export type Scope = keyof typeof scopes

/** The names of all scopes, in the order of the table. */
export const scopeNames = Object.keys(scopes) as [Scope, ...Scope[]]
