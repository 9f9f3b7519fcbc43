// A copy of shared/src/portable/api/events.ts, made by "npm run sync": change it there.

/** What `data` looks like for every `pass.*` event: the pass as `GET /api/passes/<serial>` returns it. */
export const samplePass = {
  serialNumber: '6f1c2a54-9d0e-4c8f-8f7e-2b1d9a3c5e70',
  externalId: 'member-1042',
  title: 'Riverside Climbing Club',
  subtitle: 'Ada Example',
  barcodeValue: 'MEMBER-1042',
  expirationDate: '2028-01-31T22:59:59.000Z',
  shareUrl: 'https://passes.example.com/p/Zk3vQ9sT1xYw7LhA2mNc8RbD',
  downloadUrl: 'https://passes.example.com/p/Zk3vQ9sT1xYw7LhA2mNc8RbD.pkpass',
  fileName: 'riverside-climbing-club.pkpass',
  googleSaveUrl: 'https://passes.example.com/p/Zk3vQ9sT1xYw7LhA2mNc8RbD/google',
  style: 'generic',
  voided: false,
  createdAt: '2027-01-15T09:30:00.000Z',
  lastUpdated: '2027-01-15T09:30:00.000Z',
  installs: 0,
  metadata: { source: 'signup form' },
} as const

/** The email in the `data` of `email.*` events. */
export const sampleEmail = {
  emailId: 'eml_5b0c9a1f4e7d2a68c3f1',
  to: 'ada@example.com',
  status: 'sent',
} as const

/** The `data` of `certificate.expiring`. */
export const sampleExpiringCertificate = {
  passTypeIdentifier: 'pass.com.example.card',
  expiresAt: '2027-02-14T09:30:00.000Z',
  daysLeft: 30,
} as const

/** The `data` of `template.applied`. */
export const sampleAppliedTemplate = {
  templateId: 'tpl_8d2f6a0c4b91e73f5a60',
  name: 'Member card',
  version: 3,
  rollout: { state: 'done', total: 240, done: 240, failed: 0 },
} as const

/** Every event type, one row each: its label and help text in forms, and a sample of its `data`. */
export const events = {
  'pass.created': {
    label: 'Pass Created',
    help: 'A pass is created.',
    sample: samplePass,
  },
  'pass.updated': {
    label: 'Pass Updated',
    help: 'The content of a pass changes.',
    sample: { ...samplePass, changed: ['value'] },
  },
  'pass.voided': {
    label: 'Pass Voided',
    help: 'A pass is voided; Wallet then shows it as no longer valid.',
    sample: { ...samplePass, voided: true },
  },
  'pass.unvoided': {
    label: 'Pass Reactivated',
    help: 'A voided pass is made valid again.',
    sample: samplePass,
  },
  'pass.deleted': {
    label: 'Pass Deleted',
    help: 'A pass is deleted; it is then void and expired for good.',
    sample: { ...samplePass, voided: true, deletedAt: '2027-01-15T09:30:00.000Z' },
  },
  'pass.installed': {
    label: 'Pass Installed',
    help: 'A pass is added to Apple Wallet on a device that follows its updates, or to Google Wallet; one event per device or Google account.',
    sample: { ...samplePass, installs: 1, wallet: 'apple' },
  },
  'pass.removed': {
    label: 'Pass Removed',
    help: 'A pass is removed from Apple Wallet or Google Wallet, or the device no longer exists.',
    sample: { ...samplePass, wallet: 'apple' },
  },
  'pass.counter_reached': {
    label: 'Counter Reached',
    help: 'A number in a pass, such as its stamps, reaches the maximum that was given with the change.',
    sample: { ...samplePass, counter: { field: 'stamps', value: 10, max: 10 } },
  },
  'pass.downloaded': {
    label: 'Pass Downloaded',
    help: 'A pass is downloaded from its share link; one event per pass and day (UTC) at most.',
    sample: samplePass,
  },
  'template.applied': {
    label: 'Template Applied',
    help: 'The passes of a template are all made anew from its present version.',
    sample: sampleAppliedTemplate,
  },
  'email.sent': {
    label: 'Email Sent',
    help: 'The mail server accepts an email with a pass.',
    sample: { ...samplePass, email: sampleEmail },
  },
  'email.failed': {
    label: 'Email Failed',
    help: 'An email with a pass cannot be delivered; its reason explains why.',
    sample: {
      ...samplePass,
      email: { ...sampleEmail, status: 'failed', reason: '550 5.1.1 No such user here' },
    },
  },
  'certificate.expiring': {
    label: 'Certificate Expiring',
    help: 'The certificate that signs your passes expires in 30, 14, 7, 3 or 1 days.',
    sample: sampleExpiringCertificate,
  },
} as const

export type EventType = keyof typeof events

/** The names of all event types, in the order of the table. */
export const eventTypes = Object.keys(events) as [EventType, ...EventType[]]

/** The events that tell of something else than a pass. */
const others: readonly string[] = ['template.applied', 'certificate.expiring']

/** Whether the `data` of an event is a pass, which triggers can filter by. */
export function isPassEvent(type: string): boolean {
  return !others.includes(type)
}

/** One event as webhooks deliver it and `GET /api/events` lists it. */
export interface EventRecord<Data = unknown> {
  id: string
  type: EventType
  /** ISO 8601 in UTC with milliseconds. */
  timestamp: string
  data: Data
}

/** Builds a sample event of the given type, as a webhook would receive it. */
export function buildSampleEvent(type: EventType): EventRecord {
  return {
    id: 'evt_0000000a4f0d9c1b7e2a58d3',
    type,
    timestamp: '2027-01-15T09:30:00.000Z',
    data: events[type].sample,
  }
}
