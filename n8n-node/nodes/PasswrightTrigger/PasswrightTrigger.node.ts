import {
  type IHookFunctions,
  type INodeType,
  type INodeTypeDescription,
  type IWebhookFunctions,
  type IWebhookResponseData,
  NodeConnectionTypes,
} from 'n8n-workflow'
import { events } from '../Passwright/portable/events'
import { isSubscribed, subscribe, unsubscribe } from './hooks'
import { receive } from './receive'

/** Starts a workflow when something happens to a pass. */
export class PasswrightTrigger implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Passwright Trigger',
    name: 'passwrightTrigger',
    icon: {
      light: 'file:../../icons/passwright.svg',
      dark: 'file:../../icons/passwright.dark.svg',
    },
    group: ['trigger'],
    version: 1,
    subtitle: '={{$parameter["events"].join(", ")}}',
    // The editor's search shows node and trigger as one entry, and these words under it.
    description:
      'Apple Wallet passes (.pkpass): make, send and change them, or start when something happens to one',
    defaults: {
      name: 'Passwright Trigger',
    },
    inputs: [],
    outputs: [NodeConnectionTypes.Main],
    credentials: [
      {
        name: 'passwrightApi',
        required: true,
      },
    ],
    webhooks: [
      {
        name: 'default',
        httpMethod: 'POST',
        responseMode: 'onReceived',
        path: 'webhook',
      },
    ],
    properties: [
      {
        displayName:
          'The service must be able to reach the webhook address of n8n. If that is a private one, name it in OUTBOUND_ALLOW of the service, such as OUTBOUND_ALLOW=n8n:5678.',
        name: 'reachNotice',
        type: 'notice',
        default: '',
      },
      {
        displayName: 'Events',
        name: 'events',
        type: 'multiOptions',
        required: true,
        default: [],
        options: Object.entries(events).map(([value, { label, help }]) => ({
          name: label,
          value,
          description: help,
        })),
        description: 'What shall start this workflow',
      },
    ],
  }

  webhookMethods = {
    default: {
      async checkExists(this: IHookFunctions): Promise<boolean> {
        return await isSubscribed(this)
      },
      async create(this: IHookFunctions): Promise<boolean> {
        return await subscribe(this)
      },
      async delete(this: IHookFunctions): Promise<boolean> {
        return await unsubscribe(this)
      },
    },
  }

  async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
    return await receive(this)
  }
}
