import { type EventRecord, type EventType, events, sampleEvent } from '@passwright/shared'
import type { Bundle, PlainOutputField, ZObject } from 'zapier-platform-core'
import {
  emailReasonField,
  filePointer,
  passOutputFields,
  passSample,
  type ToldPass,
  told,
} from '../pass-output.ts'
import { passwright } from '../transport.ts'

const eventFields: PlainOutputField[] = [
  { key: 'id', label: 'Event ID', type: 'string', primary: true },
  { key: 'type', label: 'Event', type: 'string' },
  { key: 'timestamp', label: 'Happened At', type: 'datetime' },
]

/** One row of the shared event table as an instant trigger: the service posts each event to the Zap. */
export function eventTrigger(type: EventType) {
  const { label, help } = events[type]
  return {
    key: type.replace('.', '_'),
    noun: type.startsWith('email.') ? 'Email' : 'Pass',
    display: { label, description: `Triggers when ${help[0]?.toLowerCase()}${help.slice(1)}` },
    operation: {
      type: 'hook' as const,
      performSubscribe: subscribe(type),
      performUnsubscribe: unsubscribe,
      perform: (z: ZObject, bundle: Bundle) => [eventOutput(z, bundle.cleanedRequest)],
      performList: (z: ZObject, bundle: Bundle) => recent(z, bundle, type),
      outputFields: [
        ...eventFields,
        ...passOutputFields,
        ...(type === 'email.failed' ? [emailReasonField] : []),
      ],
      sample: sampleOf(type),
    },
  }
}

function subscribe(type: EventType) {
  return (z: ZObject, bundle: Bundle) =>
    passwright(z, bundle, async (client) => {
      const zap = bundle.meta?.zap?.id
      const { id } = await client.createWebhook({
        url: bundle.targetUrl ?? '',
        events: [type],
        description: `Zapier: ${events[type].label}${zap ? `, Zap ${zap}` : ''}`,
      })
      return { id }
    })
}

/** Gone already is as good as deleted: Zapier may switch a Zap off twice. */
function unsubscribe(z: ZObject, bundle: Bundle) {
  return passwright(z, bundle, async (client) => {
    const id = bundle.subscribeData?.id ?? ''
    await client.deleteWebhook(id).catch((problem) => {
      if (problem.code !== 'not_found') throw problem
    })
    return { id }
  })
}

/** How many pages of events are turned over to come to the newest: 1,000 events of 30 days. */
const MOST_PAGES = 10

/** The newest events of a kind, newest first, in the shape in which they are posted. */
async function recent(z: ZObject, bundle: Bundle, type: EventType) {
  return passwright(z, bundle, async (client) => {
    let newest: EventRecord<ToldPass>[] = []
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const after = newest.at(-1)?.id
      const { events: later } = await client.listEvents({
        type,
        limit: 100,
        ...(after && { after }),
      })
      newest = [...newest, ...later].slice(-SAMPLES)
      if (later.length < 100) break
    }
    return newest.reverse().map((event) => eventOutput(z, event))
  })
}

const SAMPLES = 3

function eventOutput(z: ZObject, { id, type, timestamp, data }: EventRecord<ToldPass>) {
  return { id, type, timestamp, ...told(data), file: filePointer(z, data) }
}

function sampleOf(eventType: EventType) {
  const { id, type, timestamp, data } = sampleEvent(eventType) as EventRecord<ToldPass>
  return { id, type, timestamp, ...told(data), file: passSample.file }
}
