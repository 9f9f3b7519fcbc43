import {
  type IHookFunctions,
  type INodeType,
  type INodeTypeDescription,
  type IWebhookFunctions,
  type IWebhookResponseData,
  NodeConnectionTypes,
} from 'n8n-workflow'
import { checkConnection } from '../Passwright/credentialTest/checkConnection'
import { getTemplates } from '../Passwright/loadOptions/getTemplates'
import { events } from '../Passwright/portable/api/events'
import { filters } from './filters'
import { isSubscribed, subscribe, unsubscribe } from './hooks'
import { receiveEvent } from './receive'

const labels = Object.fromEntries(Object.entries(events).map(([type, { label }]) => [type, label]))

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
    subtitle: `={{ ($parameter["events"] || []).map((event) => (${JSON.stringify(labels)})[event]).join(", ") }}`,
    // The search in the editor shows both nodes as one entry, with this description.
    description:
      'Create, send and update Apple Wallet passes (.pkpass), or start a workflow when something happens to one',
    defaults: {
      name: 'Passwright Trigger',
    },
    inputs: [],
    outputs: [NodeConnectionTypes.Main],
    credentials: [
      {
        name: 'passwrightApi',
        required: true,
        testedBy: 'checkConnection',
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
          'The API key needs the plan pro or unlimited. The service must be able to reach the webhook URL of n8n: if that is a private address, allow it in the settings of the service, such as OUTBOUND_ALLOW=n8n:5678.',
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
        description: 'The events that start this workflow',
      },
      filters,
    ],
  }

  methods = { credentialTest: { checkConnection }, loadOptions: { getTemplates } }

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
    return await receiveEvent(this)
  }
}
