import { accountOperations } from './operations/account.ts'
import { deviceOperations } from './operations/devices.ts'
import { googleOperations } from './operations/google.ts'
import { passOperations } from './operations/passes.ts'
import { peopleOperations } from './operations/people.ts'
import { publicOperations } from './operations/public.ts'
import { statsOperations } from './operations/stats.ts'
import { templateOperations } from './operations/templates.ts'
import { webhookOperations } from './operations/webhooks.ts'

/** Every operation of the API, one row each. */
export const operations = {
  ...passOperations,
  ...peopleOperations,
  ...templateOperations,
  ...accountOperations,
  ...statsOperations,
  ...webhookOperations,
  ...deviceOperations,
  ...googleOperations,
  ...publicOperations,
} as const

export type OperationName = keyof typeof operations
