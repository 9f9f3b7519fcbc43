// A copy of shared/src/portable/api/changes.ts, made by "npm run sync": change it there.

import type { Issue } from './problem'

/** The reply to an update of a pass. */
export interface ChangedPass {
  serialNumber: string
  lastUpdated: string
  notifiedDevices: number
  unchanged: boolean
  /** What was accepted, but Wallet or Google Wallet will not show as requested. */
  warnings?: Issue[]
}

/** A change of a number in a field: by so much, or to a value. */
export interface AdjustRequest {
  field: string
  by?: number
  set?: number
  min?: number
  max?: number
  /** Counts once for the field in the life of the pass, such as an order number. */
  reference?: string
  message?: string
}

/** The reply to it; `reached` when the number is at `max`. */
export type AdjustedPass = ChangedPass & {
  field: string
  before: number
  after: number
  reached: boolean
}

export type VoidedPass = Omit<ChangedPass, 'warnings'> & { voided: boolean }

export type DeletedPass = Omit<ChangedPass, 'unchanged' | 'warnings'> & {
  deleted: true
  alreadyDeleted?: true
}
