import type { Bundle } from 'zapier-platform-core'

/** Returns the time zone of the account, in which dates without an offset are meant; UTC if there is none. */
export function getTimeZone({ meta }: Bundle): string {
  const timeZone = meta?.timezone || meta?.zap?.user?.timezone
  return timeZone && exists(timeZone) ? timeZone : 'UTC'
}

function exists(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone })
    return true
  } catch {
    return false
  }
}
