import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow'
import { matchesFilters } from './filters'
import { getStoredWebhook } from './hooks'
import { hasValidSignature } from './signature'

/** Starts the workflow with an event if its signature is valid and its pass matches the filters; without a valid signature it responds with 401. */
export async function receiveEvent(context: IWebhookFunctions): Promise<IWebhookResponseData> {
  const request = context.getRequestObject()
  if (request.rawBody === undefined) await request.readRawBody()
  const delivery = { headers: context.getHeaderData(), body: request.rawBody }
  const secret = getStoredWebhook(context)?.secret
  if (secret === undefined || !hasValidSignature(delivery, secret, new Date())) {
    context.getResponseObject().status(401).json({
      error:
        'This delivery is not signed with the secret of this webhook, or it is older than five minutes.',
    })
    return { noWebhookResponse: true }
  }
  const event = context.getBodyData() as IDataObject
  if (!matchesFilters(context, event)) return {}
  return { workflowData: [context.helpers.returnJsonArray([event])] }
}
