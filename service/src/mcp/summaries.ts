import type { Pass } from '@passwright/shared'

/** What an agent needs to tell a pass from others and to pass it on. */
export function summarizePass(pass: Pass) {
  const { serialNumber, externalId, title, subtitle, shareUrl, voided, expirationDate } = pass
  const { installs, createdAt } = pass
  return {
    serialNumber,
    externalId,
    title,
    subtitle,
    shareUrl,
    voided,
    expirationDate,
    installs,
    createdAt,
  }
}
