import { type DeviceError, listDeviceErrors } from '../devices/log.ts'
import { toPlainMessage } from '../devices/log-message.ts'
import { withExistingDatabase } from './existing-database.ts'
import { type Finding, findOk, findWarning, type Patient } from './finding.ts'

/** The rest is older, and more would hide the other findings. */
const MAX_SHOWN = 3

/** What phones reported longer ago is most likely mended. */
const RECENT_MS = 7 * 24 * 60 * 60 * 1000

const nothing = findOk('phones', 'No phone has reported an error in the last 7 days')

/** What phones reported lately about the updates of their passes. */
export async function checkPhones({ config, now }: Patient): Promise<Finding[]> {
  const newest = await withExistingDatabase(config, (db) => listDeviceErrors(db, MAX_SHOWN)).catch(
    // That it cannot be used, or lacks the table, is another check's finding.
    () => [],
  )
  const since = now().getTime() - RECENT_MS
  const recent = (newest ?? []).filter(({ lastAt }) => Date.parse(lastAt) > since)
  if (recent.length === 0) return [nothing]
  const message = `Phones reported, the newest first: ${recent.map(describe).join('; ')}`
  const fix =
    'Mend what the messages name, as service/docs/updates.md explains; this warning ends 7 days after the last report'
  return [findWarning('phones_reported_errors', message, fix)]
}

/** Anybody can send a report, so its text must not act on the terminal. */
function describe({ message, count, lastAt }: DeviceError): string {
  const often = count === 1 ? '' : `${count} times, last `
  return `"${toPlainMessage(message)}" (${often}${lastAt})`
}
