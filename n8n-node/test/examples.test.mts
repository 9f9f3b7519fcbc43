import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type INode,
  type INodeParameters,
  type INodeProperties,
  type INodeTypeDescription,
  NodeHelpers,
} from 'n8n-workflow'
import { describe, expect, it } from 'vitest'
import { Passwright } from '../nodes/Passwright/Passwright.node.ts'
import { PasswrightTrigger } from '../nodes/PasswrightTrigger/PasswrightTrigger.node.ts'
import { exampleFiles, readExample, readReadyTemplates } from './support/examples.mts'
import { packageRoot } from './support/package.mts'

const descriptions: Record<string, INodeTypeDescription> = {
  'n8n-nodes-passwright.passwright': new Passwright().description,
  'n8n-nodes-passwright.passwrightTrigger': new PasswrightTrigger().description,
}

/** Our own nodes in an example, each with its description. */
function listOurNodes(file: string) {
  return (readExample(file).nodes as unknown as INode[]).flatMap((node) => {
    const description = descriptions[node.type]
    return description ? [{ node, description }] : []
  })
}

describe.each(exampleFiles)('the example %s', (file) => {
  it('sets only what the node has for this operation, and nothing is missing', () => {
    const nodes = listOurNodes(file)
    expect(nodes.length).toBeGreaterThan(0)
    for (const { node, description } of nodes) {
      const { properties } = description
      const kept = NodeHelpers.getNodeParameters(
        properties,
        node.parameters,
        true,
        false,
        node,
        description,
      )
      expect(kept, node.name).toMatchObject(node.parameters)
      const parameters = kept ?? {}
      expect(
        NodeHelpers.getNodeParametersIssues(properties, { ...node, parameters }, description),
      ).toBeNull()
      const shown = properties.filter((property) =>
        NodeHelpers.displayParameter(node.parameters, property, node, description),
      )
      expect(listWrongChoices(shown, node.parameters), node.name).toEqual([])
    }
  })

  it('fills in the inputs that its ready template has', () => {
    for (const { node } of listOurNodes(file)) {
      const { template, values } = node.parameters as {
        template?: { value: string }
        values?: { value: object | null; schema: { id: string; displayName: string }[] }
      }
      if (template === undefined || values === undefined) continue
      const ready = readReadyTemplates().find(({ name }) => name === template.value)
      expect(ready, template.value).toBeDefined()
      const inputs = ready?.inputs.map(({ key, label }) => [key, label])
      if (values.value === null) continue
      expect(values.schema.map(({ id, displayName }) => [id, displayName])).toEqual(inputs)
      expect(inputs?.map(([key]) => key)).toEqual(expect.arrayContaining(Object.keys(values.value)))
    }
  })

  it('is described in the README, and run in a real n8n', () => {
    expect(readFileSync(join(packageRoot, 'README.md'), 'utf8')).toContain(`(examples/${file})`)
    const folder = join(import.meta.dirname, 'in-n8n')
    const tests = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))
    expect(tests.join('\n')).toContain(`'${file}'`)
  })
})

/** Lists the parameters whose value is none of the choices; n8n shows them only when the node is opened. */
function listWrongChoices(
  properties: readonly INodeProperties[],
  parameters: INodeParameters,
): string[] {
  return properties.flatMap(({ name, type, options = [] }) => {
    const value = parameters[name]
    if (type === 'collection' && typeof value === 'object') {
      return listWrongChoices(options as INodeProperties[], value as INodeParameters)
    }
    const choices = options.map((option) => 'value' in option && option.value)
    const isFixed = typeof value === 'string' && !value.startsWith('=')
    const isChoice = type === 'options' && choices.length > 0 && isFixed
    return isChoice && !choices.includes(value) ? [`${name}: ${value}`] : []
  })
}
