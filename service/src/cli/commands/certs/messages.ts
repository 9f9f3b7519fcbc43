import type { PreparedIdentity } from '../../../apple/certificates/import/prepare.ts'
import type { CertificateRequest } from '../../../apple/certificates/import/request.ts'
import { type IdentityStatus, toIdentityStatuses } from '../../../apple/certificates/status.ts'
import { quoteForShell } from '../../../text/shell.ts'

const resources = 'https://developer.apple.com/account/resources'

/** What to do with a request, click by click. */
export function formatRequest(request: CertificateRequest & { isNew: boolean }): string[] {
  const { passTypeIdentifier: id, csrFile, keyFile, isNew } = request
  return [
    isNew
      ? 'A private key is made. It stays on this machine; only the request goes to Apple.'
      : 'The private key of an earlier request is kept, and the request is written again.',
    `  Private key  ${keyFile}`,
    `  Request      ${csrFile}`,
    '',
    'Now, signed in at Apple as Account Holder or Admin of your team:',
    `1. Open ${resources}/identifiers/list/passTypeId`,
    `   If ${id} is not in the list: click + beside "Identifiers", choose "Pass Type IDs", click Continue.`,
    `   Enter a description and the identifier ${id}, click Continue, then Register.`,
    `2. Open ${resources}/certificates/add`,
    '   Choose "Pass Type ID Certificate" under "Services", click Continue.',
    `3. Choose the Pass Type ID ${id}, click Continue.`,
    `4. Click "Choose File", choose the request ${csrFile}, click Continue.`,
    '5. Click Download. You get a file such as pass.cer.',
    '6. Import it here, with the path to where you saved it:',
    '   passwright certs import pass.cer',
    '',
    `If the browser runs on another machine, copy only the request there: the file ${quoteForShell(csrFile)}.`,
  ]
}

/** What has been imported, for the person who did it. */
export function formatSummary(imported: PreparedIdentity, now: Date): string[] {
  const { identity, keyFrom, folder } = imported
  const rows = toIdentityStatuses([identity], undefined, now).flatMap((status) => [
    ['Team', `${status.teamIdentifier} (${status.organizationName})`],
    ['Issued by', status.issuer],
    ['Valid', formatDates(status)],
    ['NFC', status.nfc ? 'yes' : 'no'],
    ['Private key', `from ${keyFrom}`],
    ['Written to', folder],
  ])
  return [
    `Imported ${identity.passTypeIdentifier}`,
    ...rows.map(([name = '', value]) => `  ${name.padEnd(12)} ${value}`),
    'A running service signs with it within seconds, without a restart. See all: passwright certs status',
  ]
}

/** The identities, and the requests that wait for Apple, for people. */
export function formatStatus(
  statuses: readonly IdentityStatus[],
  requests: readonly CertificateRequest[],
): string[] {
  const waiting = requests.map(
    ({ passTypeIdentifier, csrFile }) =>
      `${passTypeIdentifier}  requested: upload ${csrFile} to Apple and import the certificate`,
  )
  if (statuses.length + waiting.length === 0) {
    return [
      'There is no signing identity yet. Begin with: passwright certs request --pass-type-id pass.com.example.card --email you@example.com',
    ]
  }
  return [...statuses.map(formatIdentity), ...waiting]
}

function formatIdentity(status: IdentityStatus): string {
  const { passTypeIdentifier, teamIdentifier, organizationName, issuer } = status
  const marks = [
    status.default && 'default',
    status.nfc && 'NFC',
    status.development && 'development',
    status.foreignRoot !== null && 'not Apple: Wallet refuses it',
  ].filter((mark) => mark !== false)
  return [
    passTypeIdentifier,
    `team ${teamIdentifier} (${organizationName})`,
    `issued by ${issuer}`,
    formatDates(status),
    ...(marks.length > 0 ? [`[${marks.join(', ')}]`] : []),
  ].join('  ')
}

function formatDates({ notBefore, expiresAt, daysLeft, valid }: IdentityStatus): string {
  const day = expiresAt.slice(0, 10)
  if (daysLeft <= 0) return `EXPIRED on ${day}`
  if (!valid) return `not valid now, only from ${notBefore.slice(0, 10)} until ${day}`
  return `until ${day}, ${daysLeft === 1 ? '1 day' : `${daysLeft} days`} left`
}
