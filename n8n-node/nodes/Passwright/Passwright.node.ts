import {
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeType,
  type INodeTypeDescription,
  NodeConnectionTypes,
} from 'n8n-workflow'
import { execute } from './actions/execute'
import { properties, subtitle } from './actions/resources'
import { checkConnection } from './credentialTest/checkConnection'
import { searchPasses } from './listSearch/searchPasses'
import { searchTemplates } from './listSearch/searchTemplates'
import { getTemplates } from './loadOptions/getTemplates'
import { getColumns, getColumnsWithOwnId } from './resourceMapping/getColumns'
import { getOptionalTemplateInputs, getTemplateInputs } from './resourceMapping/getTemplateInputs'

/** Creates, sends, updates and voids Apple Wallet passes with a self-hosted Passwright service. */
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
    subtitle,
    description: 'Create, send, update and void Apple Wallet passes (.pkpass)',
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
        testedBy: 'checkConnection',
      },
    ],
    properties,
  }

  methods = {
    listSearch: { searchPasses, searchTemplates },
    loadOptions: { getTemplates },
    resourceMapping: {
      getColumns,
      getColumnsWithOwnId,
      getTemplateInputs,
      getOptionalTemplateInputs,
    },
    credentialTest: { checkConnection },
  }

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return [await execute(this)]
  }
}
