import { setTimeout as wait } from 'node:timers/promises'
import { appleCertificates } from '../apple/certificates/apple-certificates.ts'
import { readConfig } from '../config.ts'
import { ConfigError } from '../config-error.ts'
import { probe } from '../net/probe.ts'
import { checkClock } from './clock.ts'
import { checkDatabase } from './database.ts'
import { checkDisk } from './disk.ts'
import { type Check, type Finding, findBroken, type Patient, splitAdvice } from './finding.ts'
import { checkIdentities } from './identities.ts'
import { checkMail } from './mail.ts'
import { checkPhones } from './phones.ts'
import { checkPublicUrl } from './public-url.ts'

/** What the doctor found; `ok` unless something is broken. */
export interface Diagnosis {
  ok: boolean
  findings: Finding[]
}

/** Every check, in the order of the report; its name ends the sentence if it fails or takes too long. */
const checks: readonly { name: string; check: Check }[] = [
  { name: 'The certificates', check: checkIdentities },
  { name: 'The clock', check: checkClock },
  { name: 'PUBLIC_URL', check: checkPublicUrl },
  { name: 'The database', check: checkDatabase },
  { name: 'The disk', check: checkDisk },
  { name: 'The mail server', check: checkMail },
  { name: 'What phones reported', check: checkPhones },
]

const PROBE_TIMEOUT_MS = 8_000

/** Longer than every timeout inside a check. */
const TIMEOUT_MS = 20_000

/** Examines the installation with these settings. Never throws, and ends in time whatever hangs. */
export async function diagnose(
  environment?: Record<string, string | undefined>,
  overrides: Partial<Patient> = {},
): Promise<Diagnosis> {
  const findings = await examine(environment, overrides)
  return { ok: findings.every(({ level }) => level !== 'broken'), findings }
}

async function examine(
  environment: Record<string, string | undefined> | undefined,
  overrides: Partial<Patient>,
): Promise<Finding[]> {
  try {
    const config = readConfig(environment)
    const health = new URL(`${config.publicUrl}/health`)
    const reply = probe(health, PROBE_TIMEOUT_MS)
    const patient: Patient = {
      config,
      now: () => new Date(),
      probeHealth: () => reply,
      apple: appleCertificates,
      ...overrides,
    }
    const all = checks.map(({ name, check }) => runCheck(name, () => check(patient)))
    return (await Promise.all(all)).flat()
  } catch (error) {
    return explainSettings(error)
  }
}

/** With wrong settings the service does not start, and nothing else can be examined. */
function explainSettings(error: unknown): Finding[] {
  if (!(error instanceof ConfigError)) throw error
  return error.messages.map((line) => {
    const { message, fix } = splitAdvice(line, 'Correct this setting; see service/docs/settings.md')
    return findBroken('settings_invalid', message, fix)
  })
}

async function runCheck(name: string, check: () => Promise<Finding[]>): Promise<Finding[]> {
  const done = new AbortController()
  const seconds = TIMEOUT_MS / 1_000
  const late = wait(
    TIMEOUT_MS,
    [
      findBroken(
        'check_timed_out',
        `${name} could not be examined within ${seconds} seconds`,
        'Check that this machine is not overloaded and that its disks and network respond, and run this again',
      ),
    ],
    { signal: done.signal },
  ).catch(() => [])
  const found = check().catch((error: unknown) => [
    findBroken(
      'check_failed',
      `${name} could not be examined (${error instanceof Error ? error.message : String(error)})`,
      'Mend what the message names, and run this again',
    ),
  ])
  const first = await Promise.race([found, late])
  done.abort()
  return first
}
