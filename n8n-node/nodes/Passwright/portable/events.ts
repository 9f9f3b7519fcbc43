// A copy of shared/src/portable/events.ts, made by "npm run sync": change it there.

/** What can happen, with the words that people choose it by and the field that tells it best. */
export const events = {
  'pass.created': {
    label: 'Pass Created',
    help: 'A pass was made.',
  },
  'pass.updated': {
    label: 'Pass Updated',
    help: 'What a pass says was changed.',
  },
  'pass.voided': {
    label: 'Pass Voided',
    help: 'A pass was made void; Wallet shows it as no longer valid.',
  },
  'pass.unvoided': {
    label: 'Pass Reactivated',
    help: 'A voided pass is valid again.',
  },
  'pass.deleted': {
    label: 'Pass Deleted',
    help: 'A pass was deleted; it is void and expired for good.',
  },
  'pass.downloaded': {
    label: 'Pass Downloaded',
    help: 'Somebody got the file by its share address; told once per pass and day (UTC).',
  },
  'email.sent': {
    label: 'Email Sent',
    help: 'The mail server took a mail with a pass.',
  },
  'email.failed': {
    label: 'Email Failed',
    help: 'A mail with a pass could not be delivered; its reason says why.',
  },
} as const

export type EventType = keyof typeof events

/** The names of all events, in the order of the table. */
export const eventTypes = Object.keys(events) as [EventType, ...EventType[]]

/** One event as webhooks and `GET /api/events` tell it. */
export interface EventRecord<Data = unknown> {
  id: string
  type: EventType
  /** ISO 8601 in UTC with milliseconds. */
  timestamp: string
  data: Data
}

/** What `data` looks like for every `pass.*` event: the pass as `GET /api/passes/<serial>` tells it. */
export const samplePass = {
  serialNumber: '6f1c2a54-9d0e-4c8f-8f7e-2b1d9a3c5e70',
  externalId: 'member-1042',
  shareUrl: 'https://passes.example.com/p/Zk3vQ9sT1xYw7LhA2mNc8RbD',
  downloadUrl: 'https://passes.example.com/p/Zk3vQ9sT1xYw7LhA2mNc8RbD.pkpass',
  googleSaveUrl: null,
  style: 'generic',
  voided: false,
  createdAt: '2027-01-15T09:30:00.000Z',
  lastUpdated: '2027-01-15T09:30:00.000Z',
  installs: 0,
  metadata: { source: 'signup form' },
} as const

/** The mail that `email.*` events tell of. */
export const sampleEmail = {
  emailId: 'eml_5b0c9a1f4e7d2a68c3f1',
  to: 'ada@example.com',
  status: 'sent',
} as const

/** An event of the given type as a receiver would get it: for forms, docs and dropdowns. */
export function sampleEvent(type: EventType): EventRecord {
  return {
    id: 'evt_0000000a4f0d9c1b7e2a58d3',
    type,
    timestamp: '2027-01-15T09:30:00.000Z',
    data: samples[type],
  }
}

const samples: Record<EventType, unknown> = {
  'pass.created': samplePass,
  'pass.updated': samplePass,
  'pass.voided': { ...samplePass, voided: true },
  'pass.unvoided': samplePass,
  'pass.deleted': { ...samplePass, voided: true, deletedAt: '2027-01-15T09:30:00.000Z' },
  'pass.downloaded': samplePass,
  'email.sent': { ...samplePass, email: sampleEmail },
  'email.failed': {
    ...samplePass,
    email: { ...sampleEmail, status: 'failed', reason: '550 5.1.1 No such user here' },
  },
}
