import { type IHookFunctions, type IWebhookFunctions, NodeOperationError } from 'n8n-workflow'
import type { FormLabels } from '../Passwright/form/formLabels'
import { type EventType, eventTypes } from '../Passwright/portable/api/events'
import { Problem } from '../Passwright/portable/api/problem'
import type { Webhook } from '../Passwright/portable/api/webhook'
import { toNodeError } from '../Passwright/shared/errors'
import { connect } from '../Passwright/shared/transport'

const labels: FormLabels = { url: 'Webhook URL of n8n', events: 'Events' }

/** The webhook that this trigger created. The service returns the secret only once, so it is stored. */
interface StoredWebhook {
  id: string
  secret: string
}

/** Returns the webhook that this trigger created, or undefined if there is none. */
export function getStoredWebhook(
  context: IHookFunctions | IWebhookFunctions,
): StoredWebhook | undefined {
  return getStaticData(context).hook
}

/** Whether the service still has the stored webhook, enabled and with the selected events. */
export async function isSubscribed(context: IHookFunctions): Promise<boolean> {
  const stored = getStoredWebhook(context)
  if (stored === undefined) return false
  return withNodeErrors(context, async () => {
    const events = getSelectedEvents(context)
    return (await listOwnWebhooks(context)).some(
      (webhook) =>
        webhook.id === stored.id && webhook.enabled && hasSameEvents(webhook.events, events),
    )
  })
}

/** Creates the webhook at the service, after deleting any that an earlier activation left for the same URL. */
export async function subscribe(context: IHookFunctions): Promise<boolean> {
  return withNodeErrors(context, async () => {
    const client = await connect(context)
    const url = context.getNodeWebhookUrl('default') as string
    for (const { id } of await listOwnWebhooks(context)) await client.deleteWebhook(id)
    const created = await client.createWebhook({
      url,
      events: getSelectedEvents(context),
      description: `n8n: ${context.getWorkflow().name ?? ''}`.slice(0, 200).trim(),
    })
    // Without a secret the webhook already existed: another process created it in the meantime and got the secret.
    const secret = created.secret ?? (await client.rotateWebhook(created.id)).secret
    getStaticData(context).hook = { id: created.id, secret: String(secret) }
    return true
  })
}

/** Deletes the webhook at the service; it is no error if it is gone already. */
export async function unsubscribe(context: IHookFunctions): Promise<boolean> {
  const stored = getStoredWebhook(context)
  if (stored === undefined) return true
  return withNodeErrors(context, async () => {
    const client = await connect(context)
    await client.deleteWebhook(stored.id).catch((error: unknown) => {
      if (!(error instanceof Problem && error.code === 'not_found')) throw error
    })
    delete getStaticData(context).hook
    return true
  })
}

/** Returns the data that n8n stores for this node. A test run in the editor has its own, as it has its own webhook URL. */
function getStaticData(context: IHookFunctions | IWebhookFunctions): { hook?: StoredWebhook } {
  return context.getWorkflowStaticData('node')
}

async function listOwnWebhooks(context: IHookFunctions): Promise<Webhook[]> {
  const url = context.getNodeWebhookUrl('default')
  const { webhooks } = await (await connect(context)).listWebhooks()
  return webhooks.filter((webhook) => webhook.url === url)
}

function getSelectedEvents(context: IHookFunctions): EventType[] {
  const selected = context.getNodeParameter('events') as EventType[]
  if (selected.length === 0) {
    throw new NodeOperationError(context.getNode(), 'Events is empty', {
      description: 'Choose at least one event that starts this workflow.',
    })
  }
  return eventTypes.filter((type) => selected.includes(type))
}

function hasSameEvents(stored: readonly string[] | null, selected: readonly string[]): boolean {
  return [...(stored ?? [])].sort().join() === [...selected].sort().join()
}

async function withNodeErrors<Result>(
  context: IHookFunctions,
  run: () => Promise<Result>,
): Promise<Result> {
  try {
    return await run()
  } catch (error) {
    throw toNodeError(context, error, { labels })
  }
}
