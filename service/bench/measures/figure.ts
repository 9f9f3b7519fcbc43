import type { Rates } from '../contenders/contender.ts'

/** A figure that was measured, and what it should be. */
export interface Figure {
  what: string
  value: number
  /** The lowest and the highest of several rounds. */
  spread?: readonly [low: number, high: number]
  target: Target
  /** The figures behind it, with their units. */
  details: string
}

/** One of both. */
export interface Target {
  atLeast?: number
  atMost?: number
}

/** How thorough a measurement is: `quick` only shows that it works. */
export type Effort = 'full' | 'quick'

/** What was measured. */
export interface Measured {
  figures: Figure[]
  /** How many of something were made per CPU-second, by its name. */
  rates?: Rates
  /** What this machine cannot measure, and why. */
  leftOut?: string[]
}

export type Measure = (effort: Effort) => Promise<Measured>

export function isReached({ value, target: { atLeast, atMost } }: Figure): boolean {
  return value >= (atLeast ?? -Infinity) && value <= (atMost ?? Infinity)
}
