import {
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeType,
  type INodeTypeDescription,
  NodeConnectionTypes,
} from 'n8n-workflow'
import { execute } from './actions/execute'
import { properties } from './actions/resources'
import { searchPasses } from './listSearch/searchPasses'

/** Passes for Apple Wallet, made, sent, changed and ended by one's own Passwright service. */
export class Passwright implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Passwright',
    name: 'passwright',
    icon: {
      light: 'file:../../icons/passwright.svg',
      dark: 'file:../../icons/passwright.dark.svg',
    },
    group: ['output'],
    version: 1,
    subtitle: '={{$parameter["operation"] + ": " + $parameter["resource"]}}',
    description: 'Make, send, change and void Apple Wallet passes (.pkpass)',
    defaults: {
      name: 'Passwright',
    },
    usableAsTool: true,
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main],
    credentials: [
      {
        name: 'passwrightApi',
        required: true,
      },
    ],
    properties,
  }

  methods = { listSearch: { searchPasses } }

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return [await execute(this)]
  }
}
