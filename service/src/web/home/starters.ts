import { samplePass } from './sample.ts'

/** A ready template: a pass with placeholders, and what they ask for. */
export interface Starter {
  name: string
  pass: Record<string, unknown>
  inputs?: readonly Record<string, unknown>[]
}

/** Loads what the editor offers to start from; the first is what it shows. */
export function loadStarters(): Starter[] {
  return [{ name: 'Member card', pass: { ...samplePass } }]
}
