import {
  buildSampleEvent,
  type EventRecord,
  type EventType,
  events,
  isObject,
  isPassEvent,
  toLabel,
} from '@passwright/shared'
import {
  type Bundle,
  defineTrigger,
  type PlainOutputField,
  type ZObject,
} from 'zapier-platform-core'
import {
  dehydratePassFile,
  emailReasonField,
  type PassResource,
  passOutputFields,
  passSample,
  toPassFields,
} from '../pass-output.ts'
import { callService } from '../transport.ts'
import { type EventFilters, eventFilters, passesFilters } from './event-filters.ts'
import { isSigned } from './verify-delivery.ts'

/** A trigger for one type of event. */
export interface EventTriggerRow {
  type: EventType
  /** The label, where Zapier's rules prefer another one than that of the event. */
  label?: string
  /** When it fires, where the text of the event says more than is true for every service. */
  when?: string
}

/** The data of an event: a pass, and what only one type of event says. */
type EventData = PassResource & {
  /** The names of the fields that differ, in `pass.updated`. */
  changed?: readonly string[]
  /** Where the pass was added or removed. */
  wallet?: string
  /** The number that is at its maximum. */
  counter?: { field: string; value: number; max: number }
}

const eventFields: PlainOutputField[] = [
  { key: 'id', label: 'Event ID', type: 'string', primary: true },
  { key: 'type', label: 'Event', type: 'string' },
  { key: 'timestamp', label: 'Happened At', type: 'datetime' },
]

const walletField: PlainOutputField = { key: 'wallet', label: 'Wallet', type: 'string' }

/** The fields that only one type of event has. */
const fieldsByType: Partial<Record<EventType, PlainOutputField[]>> = {
  'pass.updated': [{ key: 'changed', label: 'Changed Fields', type: 'string' }],
  'pass.installed': [walletField],
  'pass.removed': [walletField],
  'pass.counter_reached': [
    { key: 'counter__field', label: 'Field Key', type: 'string' },
    { key: 'counter__value', label: 'Number', type: 'number' },
    { key: 'counter__max', label: 'Maximum', type: 'number' },
  ],
  'email.failed': [emailReasonField],
}

const certificateFields: PlainOutputField[] = [
  { key: 'passTypeIdentifier', label: 'Pass Type ID', type: 'string' },
  { key: 'expiresAt', label: 'Expires At', type: 'datetime' },
  { key: 'daysLeft', label: 'Days Left', type: 'integer' },
]

const templateFields: PlainOutputField[] = [
  { key: 'templateId', label: 'Template ID', type: 'string' },
  { key: 'name', label: 'Template', type: 'string' },
  { key: 'version', label: 'Version', type: 'integer' },
  { key: 'rollout__state', label: 'State', type: 'string' },
  { key: 'rollout__total', label: 'Passes', type: 'integer' },
  { key: 'rollout__done', label: 'Passes Done', type: 'integer' },
  { key: 'rollout__failed', label: 'Passes Failed', type: 'integer' },
]

/** The fields of events that tell of something else than a pass. */
const otherFields: Partial<Record<EventType, PlainOutputField[]>> = {
  'template.applied': templateFields,
  'certificate.expiring': certificateFields,
}

/** The noun of a trigger, by the first word of its event. */
const nouns: Record<string, string> = {
  pass: 'Pass',
  template: 'Template',
  email: 'Email',
  certificate: 'Certificate',
}

/** Builds an instant trigger (REST hook) for one type of event. */
export function buildEventTrigger({ type, label, when }: EventTriggerRow) {
  const { help } = events[type]
  return defineTrigger({
    key: type.replace('.', '_'),
    noun: nouns[type.split('.')[0] ?? ''] ?? 'Pass',
    display: {
      label: label ?? events[type].label,
      description: `Triggers when ${when ?? `${help[0]?.toLowerCase()}${help.slice(1)}`}`,
    },
    operation: {
      type: 'hook',
      inputFields: isPassEvent(type) ? eventFilters : [],
      performSubscribe: subscribe(type),
      performUnsubscribe: unsubscribe,
      perform: (z: ZObject, bundle: Bundle<EventFilters>) => receive(z, bundle, type),
      performList: (z: ZObject, bundle: Bundle<EventFilters>) => listRecentEvents(z, bundle, type),
      outputFields: isPassEvent(type)
        ? [...eventFields, ...passOutputFields, ...(fieldsByType[type] ?? [])]
        : [...eventFields, ...(otherFields[type] ?? [])],
      sample: buildSample(type),
    },
  })
}

/** Creates the webhook; Zapier keeps what is returned, so the secret can verify the deliveries. */
function subscribe(type: EventType) {
  return (z: ZObject, bundle: Bundle) =>
    callService(
      z,
      bundle,
      async (client) => {
        const zapId = bundle.meta?.zap?.id
        const { id, secret } = await client.createWebhook({
          url: bundle.targetUrl ?? '',
          events: [type],
          description: `Zapier: ${events[type].label}${zapId ? `, Zap ${zapId}` : ''}`,
        })
        return { id, secret }
      },
      { url: "The address of Zapier's webhook" },
    )
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

/**
 * Takes a delivery that is signed, of this type of event, and passes the filters. Everything else is
 * dropped: an error would count toward the pause of the Zap, and a stranger could pause it.
 */
async function receive(z: ZObject, bundle: Bundle<EventFilters>, type: EventType) {
  const { headers = {}, content = '' } = bundle.rawRequest ?? {}
  const subscription: unknown = bundle.subscribeData
  const secret = isObject(subscription) ? subscription.secret : undefined
  if (typeof secret !== 'string' || !(await isSigned({ headers, content }, secret))) {
    z.console.log('A delivery without a valid signature was dropped. Turn the Zap off and on.')
    return []
  }
  const event: unknown = JSON.parse(content)
  if (!isEventOf(event, type) || !passesFilters(bundle.inputData, event.data)) return []
  return [toEventOutput(z, event)]
}

function isEventOf(event: unknown, type: EventType): event is EventRecord<EventData> {
  return isObject(event) && event.type === type && isObject(event.data)
}

/** The service lists the oldest events first: at most 10 pages of 100 are read to find the newest ones. */
const maxPages = 10
const pageSize = 100
const sampleCount = 3

/** Lists the newest events of a type, newest first, as the samples of the trigger. */
async function listRecentEvents(z: ZObject, bundle: Bundle<EventFilters>, type: EventType) {
  return callService(z, bundle, async (client) => {
    let newest: EventRecord<EventData>[] = []
    let after: string | undefined
    for (let pages = 0; pages < maxPages; pages += 1) {
      const { events: page } = await client.listEvents({
        type,
        limit: pageSize,
        ...(after && { after }),
      })
      const matching = page.filter(({ data }) => passesFilters(bundle.inputData, data))
      newest = [...newest, ...matching].slice(-sampleCount)
      after = page.at(-1)?.id
      if (page.length < pageSize) break
    }
    return newest.reverse().map((event) => toEventOutput(z, event))
  })
}

function toEventOutput(z: ZObject, { id, type, timestamp, data }: EventRecord<EventData>) {
  if (!isPassEvent(type)) return { id, type, timestamp, ...data }
  return { id, type, timestamp, ...toDataFields(type, data), file: dehydratePassFile(z, data) }
}

function toDataFields(type: EventType, { changed = [], wallet, counter, ...pass }: EventData) {
  const words = changed.map(toLabel).join(', ')
  return {
    ...toPassFields(pass),
    ...(type === 'pass.updated' && { changed: words }),
    ...(wallet !== undefined && { wallet }),
    ...(counter && { counter }),
  }
}

function buildSample(eventType: EventType) {
  const { id, type, timestamp, data } = buildSampleEvent(eventType) as EventRecord<EventData>
  if (!isPassEvent(type)) return { id, type, timestamp, ...data }
  return { id, type, timestamp, ...toDataFields(type, data), file: passSample.file }
}
