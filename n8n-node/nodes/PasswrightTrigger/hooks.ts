import { type IHookFunctions, type IWebhookFunctions, NodeOperationError } from 'n8n-workflow'
import type { Webhook } from '../Passwright/portable/client'
import { type EventType, eventTypes } from '../Passwright/portable/events'
import { Problem } from '../Passwright/portable/problem'
import { asNodeError } from '../Passwright/shared/errors'
import { connect } from '../Passwright/shared/transport'

/** What is kept of an endpoint between activations: the secret is shown only once. */
interface Kept {
  id: string
  secret: string
}

/** The endpoint at the service that this trigger subscribed, and its secret. */
export function keptHook(context: IHookFunctions | IWebhookFunctions): Kept | undefined {
  return notes(context).hook
}

/** Whether the service still has our endpoint, enabled and with the events that are wanted now. */
export async function isSubscribed(context: IHookFunctions): Promise<boolean> {
  const kept = keptHook(context)
  if (kept === undefined) return false
  return told(context, async () => {
    const wanted = wantedEvents(context)
    return (await ours(context)).some(
      (hook) => hook.id === kept.id && hook.enabled && isSame(hook.events, wanted),
    )
  })
}

/** Subscribes, after ending whatever an earlier life of this trigger left at the same address. */
export async function subscribe(context: IHookFunctions): Promise<boolean> {
  return told(context, async () => {
    const client = await connect(context)
    const url = context.getNodeWebhookUrl('default') as string
    for (const { id } of await ours(context)) await client.deleteWebhook(id)
    const { id, secret } = await client.createWebhook({
      url,
      events: wantedEvents(context),
      description: `n8n: ${context.getWorkflow().name ?? ''}`.slice(0, 200).trim(),
    })
    // Somebody else subscribed the same address meanwhile: then the secret was shown to them, and we ask for a new one.
    const known = secret ?? (await client.rotateWebhook(id)).secret
    notes(context).hook = { id, secret: String(known) }
    return true
  })
}

/** Ends the subscription. One that is gone already is ended. */
export async function unsubscribe(context: IHookFunctions): Promise<boolean> {
  const kept = keptHook(context)
  if (kept === undefined) return true
  return told(context, async () => {
    const client = await connect(context)
    await client.deleteWebhook(kept.id).catch((error: unknown) => {
      if (!(error instanceof Problem && error.code === 'not_found')) throw error
    })
    delete notes(context).hook
    return true
  })
}

/** What n8n keeps for this node between its activations; a test in the editor gets notes of its own, as it gets an address of its own. */
function notes(context: IHookFunctions | IWebhookFunctions): { hook?: Kept } {
  return context.getWorkflowStaticData('node')
}

async function ours(context: IHookFunctions): Promise<Webhook[]> {
  const url = context.getNodeWebhookUrl('default')
  const { webhooks } = await (await connect(context)).listWebhooks()
  return webhooks.filter((hook) => hook.url === url)
}

function wantedEvents(context: IHookFunctions): EventType[] {
  const chosen = context.getNodeParameter('events') as EventType[]
  if (chosen.length === 0) {
    throw new NodeOperationError(context.getNode(), 'Events is empty', {
      description: 'Choose at least one event that shall start this workflow.',
    })
  }
  return eventTypes.filter((type) => chosen.includes(type))
}

function isSame(one: readonly string[] | null, other: readonly string[]): boolean {
  return [...(one ?? [])].sort().join() === [...other].sort().join()
}

async function told<Result>(context: IHookFunctions, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw asNodeError(context, error)
  }
}
