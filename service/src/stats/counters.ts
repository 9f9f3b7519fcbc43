import type { EventType, StatsCounter } from '@passwright/shared'

/** The columns of the table `statistic`, by the name that the API has for each counter. */
export const counterColumns = {
  created: 'created',
  mailed: 'mailed',
  mailFailed: 'mail_failed',
  opened: 'opened',
  downloaded: 'downloaded',
  installedApple: 'installed_apple',
  installedGoogle: 'installed_google',
  removed: 'removed',
  voided: 'voided',
} as const satisfies Record<StatsCounter, string>

/** The counter that an event raises; others, such as `pass.updated`, raise none. */
const countersByEvent: Partial<Record<EventType, StatsCounter>> = {
  'pass.created': 'created',
  'pass.voided': 'voided',
  'pass.downloaded': 'downloaded',
  'pass.installed': 'installedApple',
  'pass.removed': 'removed',
  'email.sent': 'mailed',
  'email.failed': 'mailFailed',
}

/** What counting reads of an event's data. */
interface CountedData {
  template?: { templateId: string } | null | undefined
  wallet?: unknown
}

/** Finds what an event counts as, and for which template; undefined when it is not counted. */
export function findCounter(
  type: EventType,
  data: unknown,
): { counter: StatsCounter; templateId: string | undefined } | undefined {
  const { template, wallet } = data as CountedData
  const counter =
    type === 'pass.installed' && wallet === 'google' ? 'installedGoogle' : countersByEvent[type]
  return counter && { counter, templateId: template?.templateId }
}
