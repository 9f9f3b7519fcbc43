import type { Scope } from './scopes.ts'

export interface Usage {
  count: number
  limit: number | null
  remaining: number | null
  resetDate: string
  plan: string
  name: string
  /** What the key is limited to; null for everything. */
  scopes: Scope[] | null
  expiresAt: string | null
}
