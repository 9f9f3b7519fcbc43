import type { AppleCertificates } from '../apple/certificates/apple-certificates.ts'
import type { Config } from '../config.ts'
import type { ProbeResult } from '../net/probe.ts'

/** How bad a finding is: `broken` is what passes, phones or people cannot do without. */
export type Level = 'broken' | 'warning' | 'ok'

/** One thing that the doctor has looked at. */
export interface Finding {
  /** Stable, for programs. */
  code: string
  level: Level
  /** A sentence for people. */
  message: string
  /** What to do; null if nothing needs to be done. */
  fix: string | null
}

/** An installation, and how the checks look at it; a test replaces a field with another function. */
export interface Patient {
  config: Config
  now: () => Date
  /** Asks `/health` through PUBLIC_URL. */
  probeHealth: () => Promise<ProbeResult>
  apple: AppleCertificates
}

/** Examines one part of an installation, and changes nothing. */
export type Check = (patient: Patient) => Promise<Finding[]>

export function findBroken(code: string, message: string, fix: string): Finding {
  return { code, level: 'broken', message, fix }
}

export function findWarning(code: string, message: string, fix: string): Finding {
  return { code, level: 'warning', message, fix }
}

export function findOk(code: string, message: string): Finding {
  return { code, level: 'ok', message, fix: null }
}

/** Splits an error of the service, "what is wrong; what to do", into its two parts. */
export function splitAdvice(error: string, otherwise: string): { message: string; fix: string } {
  const [message = '', ...advice] = error.split('; ')
  const fix = advice.join('; ')
  return { message, fix: fix === '' ? otherwise : `${fix[0]?.toUpperCase()}${fix.slice(1)}` }
}
