import { accountOperations } from './account-operations.ts'
import { passOperations } from './pass-operations.ts'
import { publicOperations } from './public-operations.ts'
import { webhookOperations } from './webhook-operations.ts'

/** Every operation, one for each address. */
export const operations = {
  ...passOperations,
  ...accountOperations,
  ...webhookOperations,
  ...publicOperations,
} as const

export type OperationName = keyof typeof operations
