import type { Context } from '../context.ts'
import type { GoogleFailure } from '../google/api/response.ts'
import type { GoogleSettings } from '../google/api/settings.ts'
import { isReachable } from '../google/content/class.ts'
import { ensureClass, findSender, type GoogleSender } from './send.ts'

/** `broken` keeps passes from being saved or shown as they are; a `note` is what nobody but Google can tell. */
export type GoogleLevel = 'broken' | 'note' | 'ok'

/** One thing that was checked at Google. */
export interface GoogleFinding {
  /** Stable, for programs. */
  code: string
  level: GoogleLevel
  /** A sentence for people. */
  message: string
  /** What to do; null if nothing needs to be done. */
  fix: string | null
}

/** Checks whether Google Wallet would take our passes. Creates the class that a pass needs, and nothing else. */
export async function checkGoogle(ctx: Context): Promise<GoogleFinding[]> {
  const { googleWallet: settings, publicUrl } = ctx.config
  const sender = findSender(ctx)
  if (!settings || !sender) {
    return [
      toFinding(
        'google_off',
        'Google Wallet is off: GOOGLE_WALLET_ISSUER_ID and GOOGLE_WALLET_CREDENTIALS are not set',
        'Set both; service/docs/google.md says where to find them',
      ),
    ]
  }
  return [
    ...(await checkApi(ctx, sender, settings)),
    ...checkPublicUrl(publicUrl),
    {
      code: 'demo_mode',
      level: 'note',
      message:
        'Whether the issuer is still in demo mode cannot be read: then only its users and test accounts can save passes, whose title says [TEST ONLY]',
      fix: 'Look at the Google Pay & Wallet Console, and request publishing access there',
    },
  ]
}

async function checkApi(
  ctx: Context,
  sender: GoogleSender,
  { issuerId, credentials: { clientEmail } }: GoogleSettings,
): Promise<GoogleFinding[]> {
  const subject = { issuerId, clientEmail }
  const path = `issuer/${issuerId}`
  const issuer = await sender.wallet.call({ method: 'GET', path }, 'job')
  if (issuer.result !== 'ok') return [explainFailure(issuer, subject)]
  const access = toOk('access', `${clientEmail} may use the issuer ${issuerId}`)
  const ensured = await ensureClass(ctx, sender, [0, 1, 0], { patience: 'job', always: true })
  if (ensured.result !== 'ok') return [access, explainFailure(ensured, subject, 'class')]
  return [access, toOk('class', 'The class that passes need is at Google')]
}

interface Subject {
  issuerId: string
  clientEmail: string
}

interface FailureRow {
  code: string
  fix: (subject: Subject) => string
}

const unavailable: FailureRow = {
  code: 'google_unavailable',
  fix: () => 'Try again; if it stays so, check whether this machine may reach Google',
}

/** One row for each way in which Google does not let us in. */
const failures: Record<GoogleFailure['result'], FailureRow> = {
  refused: {
    code: 'permission_denied',
    fix: ({ clientEmail, issuerId }) =>
      `In the Google Pay & Wallet Console, under Users, invite ${clientEmail} to the issuer ${issuerId} as a Developer, and enable the Google Wallet API in the Cloud project of the service account; both take some minutes`,
  },
  unauthorized: {
    code: 'permission_denied',
    fix: ({ clientEmail }) => `Create a new JSON key of ${clientEmail} and set it`,
  },
  failed: {
    code: 'issuer_invalid',
    fix: () =>
      'Set GOOGLE_WALLET_ISSUER_ID to the number at the top of the Google Pay & Wallet Console; a client ID or a project number is another one',
  },
  missing: {
    code: 'issuer_invalid',
    fix: () =>
      'Set GOOGLE_WALLET_ISSUER_ID to the number at the top of the Google Pay & Wallet Console',
  },
  exists: unavailable,
  busy: unavailable,
  rationed: unavailable,
  unreachable: unavailable,
}

/** A token that is refused says that the key is wrong, not that a right is missing. */
const credentialsRow: FailureRow = {
  code: 'credentials_refused',
  fix: ({ clientEmail }) =>
    `Check the clock of this machine, and whether ${clientEmail} and its key still exist in Google Cloud; else create a new JSON key and set it in GOOGLE_WALLET_CREDENTIALS`,
}

const classRow: FailureRow = {
  code: 'class_refused',
  fix: () => 'Report this with the words of Google; passes cannot be saved without the class',
}

function explainFailure(
  { result, reason }: GoogleFailure,
  subject: Subject,
  step: 'issuer' | 'class' = 'issuer',
): GoogleFinding {
  const isToken = result === 'refused' && reason.includes('token server')
  const isClass = step === 'class' && (result === 'failed' || result === 'missing')
  const row = isToken ? credentialsRow : isClass ? classRow : failures[result]
  return toFinding(row.code, reason, row.fix(subject))
}

function checkPublicUrl(publicUrl: string): GoogleFinding[] {
  if (isReachable({ publicUrl })) {
    return [toOk('public_url', `Google can fetch images from ${publicUrl} and report to it`)]
  }
  return [
    toFinding(
      'public_url_not_https',
      `PUBLIC_URL (${publicUrl}) is not https: passes in Google Wallet have no images, and nobody hears that they were saved or removed`,
      'Put a proxy with a certificate in front of the service, and set PUBLIC_URL to its address, such as https://passes.example.com',
    ),
  ]
}

function toFinding(code: string, message: string, fix: string): GoogleFinding {
  return { code, level: 'broken', message, fix }
}

function toOk(code: string, message: string): GoogleFinding {
  return { code, level: 'ok', message, fix: null }
}
