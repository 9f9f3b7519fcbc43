import { buildSampleEvent, type EventRecord, type EventType, events } from '@passwright/shared'
import type { Bundle, PlainOutputField, ZObject } from 'zapier-platform-core'
import {
  dehydratePassFile,
  emailReasonField,
  type PassResource,
  passOutputFields,
  passSample,
  toPassFields,
} from '../pass-output.ts'
import { callService } from '../transport.ts'

const eventFields: PlainOutputField[] = [
  { key: 'id', label: 'Event ID', type: 'string', primary: true },
  { key: 'type', label: 'Event', type: 'string' },
  { key: 'timestamp', label: 'Happened At', type: 'datetime' },
]

/** Builds an instant trigger (REST hook) for one type of event. */
export function buildEventTrigger(type: EventType) {
  const { label, help } = events[type]
  return {
    key: type.replace('.', '_'),
    noun: type.startsWith('email.') ? 'Email' : 'Pass',
    display: { label, description: `Triggers when ${help[0]?.toLowerCase()}${help.slice(1)}` },
    operation: {
      type: 'hook' as const,
      performSubscribe: subscribe(type),
      performUnsubscribe: unsubscribe,
      perform: (z: ZObject, bundle: Bundle) => [toEventOutput(z, bundle.cleanedRequest)],
      performList: (z: ZObject, bundle: Bundle) => listRecentEvents(z, bundle, type),
      outputFields: [
        ...eventFields,
        ...passOutputFields,
        ...(type === 'email.failed' ? [emailReasonField] : []),
      ],
      sample: buildSample(type),
    },
  }
}

function subscribe(type: EventType) {
  return (z: ZObject, bundle: Bundle) =>
    callService(z, bundle, async (client) => {
      const zapId = bundle.meta?.zap?.id
      const { id } = await client.createWebhook({
        url: bundle.targetUrl ?? '',
        events: [type],
        description: `Zapier: ${events[type].label}${zapId ? `, Zap ${zapId}` : ''}`,
      })
      return { id }
    })
}

/** Deletes the webhook; it is no error if it is already gone, since Zapier may turn a Zap off twice. */
function unsubscribe(z: ZObject, bundle: Bundle) {
  return callService(z, bundle, async (client) => {
    const id = bundle.subscribeData?.id ?? ''
    await client.deleteWebhook(id).catch((problem) => {
      if (problem.code !== 'not_found') throw problem
    })
    return { id }
  })
}

/** The service lists the oldest events first: at most 10 pages of 100 are read to find the newest ones. */
const maxPages = 10
const pageSize = 100
const sampleCount = 3

/** Lists the newest events of a type, newest first, as the samples of the trigger. */
async function listRecentEvents(z: ZObject, bundle: Bundle, type: EventType) {
  return callService(z, bundle, async (client) => {
    let newest: EventRecord<PassResource>[] = []
    for (let pages = 0; pages < maxPages; pages += 1) {
      const after = newest.at(-1)?.id
      const { events: page } = await client.listEvents({
        type,
        limit: pageSize,
        ...(after && { after }),
      })
      newest = [...newest, ...page].slice(-sampleCount)
      if (page.length < pageSize) break
    }
    return newest.reverse().map((event) => toEventOutput(z, event))
  })
}

function toEventOutput(z: ZObject, { id, type, timestamp, data }: EventRecord<PassResource>) {
  return { id, type, timestamp, ...toPassFields(data), file: dehydratePassFile(z, data) }
}

function buildSample(eventType: EventType) {
  const { id, type, timestamp, data } = buildSampleEvent(eventType) as EventRecord<PassResource>
  return { id, type, timestamp, ...toPassFields(data), file: passSample.file }
}
