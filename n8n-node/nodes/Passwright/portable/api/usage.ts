// A copy of shared/src/portable/api/usage.ts, made by "npm run sync": change it there.

import type { Scope } from './scopes'

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
