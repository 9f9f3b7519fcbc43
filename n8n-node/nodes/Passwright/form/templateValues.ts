import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow'
import { isObject } from '../portable/forms/assemble'
import {
  type FormInput,
  findTemplateInput,
  readTemplateValues,
  toInputLabel,
} from '../portable/forms/template-values'
import { readImage, readJsonObject } from './buildRequest'
import { type ColumnField, listNames, matchColumns } from './columnNames'
import { showWhen } from './passForm'
import { toText } from './readText'

/** The method of the node that lists the inputs of the chosen template: with those that a new pass needs, or all of them optional. */
export type InputsMethod = 'getTemplateInputs' | 'getOptionalTemplateInputs'

/** Where the values come from. */
const fillIn: INodeProperties = {
  displayName: 'Fill In',
  name: 'fillIn',
  type: 'options',
  noDataExpression: true,
  options: [
    {
      name: 'By Input or by Columns',
      value: 'inputs',
      description: 'A form with the inputs of the template, or the columns of a sheet',
    },
    {
      name: 'As JSON',
      value: 'json',
      description: 'For a template that an expression chooses, or values that an earlier node made',
    },
  ],
  default: 'inputs',
  description: 'How you fill in the inputs of the template',
}

/** Builds the parameters for the values of a template; `method` lists its inputs. */
export function buildValueProperties(method: InputsMethod): INodeProperties[] {
  return [
    fillIn,
    ...showWhen('fillIn', 'inputs', [
      {
        displayName: 'Values',
        name: 'values',
        type: 'resourceMapper',
        noDataExpression: true,
        default: { mappingMode: 'defineBelow', value: null },
        typeOptions: {
          loadOptionsDependsOn: ['template.value'],
          resourceMapper: {
            resourceMapperMethod: method,
            mode: 'add',
            fieldWords: { singular: 'input', plural: 'inputs' },
            addAllFields: true,
            supportAutoMap: true,
            allowEmptyValues: true,
            hideNoDataError: true,
            refreshStaleSchemaOnOpen: true,
          },
        },
        description:
          'What the template asks for. A column is found by the label or the key of an input. What is left empty is as the template has it.',
      },
    ]),
    ...showWhen('fillIn', 'json', [
      {
        displayName: 'Values (JSON)',
        name: 'valuesJson',
        type: 'json',
        default: '{}',
        description:
          'The values by the keys of the inputs, which Template → Get Many returns, such as { "name": "Ada Example" }',
      },
    ]),
  ]
}

/** What the form calls the inputs of a template, by their path in the request. */
export function buildInputLabels(inputs: readonly FormInput[]): Record<string, string> {
  return Object.fromEntries(inputs.map((input) => [`values.${input.key}`, toInputLabel(input)]))
}

/** The values of one item, and the names of what the template has no input for. */
export interface ReadValues {
  values: Record<string, unknown>
  /** A sentence about columns or inputs that were not sent; undefined if there are none. */
  unused?: string
}

/** Reads the values of one item for these inputs, which are those of the template as it is now. */
export async function readValues(
  context: IExecuteFunctions,
  itemIndex: number,
  inputs: readonly FormInput[],
  pass: 'new' | 'either',
): Promise<ReadValues> {
  const isFromJson = context.getNodeParameter('fillIn', itemIndex, 'inputs') === 'json'
  const { given, unused } = isFromJson
    ? readJson(context, itemIndex)
    : readInputs(context, itemIndex, inputs)
  const read = readTemplateValues(given, inputs, context.getTimezone(), pass)
  // In JSON, null takes the value of a pass away.
  const removed = Object.entries(given).filter(([, value]) => value === null && isFromJson)
  const all = { ...Object.fromEntries(removed), ...read }
  const values = await replaceInputFields(context, itemIndex, all, inputs)
  return unused === undefined ? { values } : { values, unused }
}

interface GivenValues {
  given: Record<string, unknown>
  unused?: string | undefined
}

function readJson(context: IExecuteFunctions, itemIndex: number): GivenValues {
  const sample = '{ "name": "Ada Example" }'
  const parameter = { name: 'valuesJson', label: 'Values (JSON)', sample }
  return { given: readJsonObject(context, itemIndex, parameter) }
}

function readInputs(
  context: IExecuteFunctions,
  itemIndex: number,
  inputs: readonly FormInput[],
): GivenValues {
  // Read as a whole: n8n would convert the single values, and refuse what it cannot convert.
  const mapping: unknown = context.getNodeParameter('values', itemIndex, null)
  const { mappingMode, value } = isObject(mapping) ? mapping : {}
  return mappingMode === 'autoMapInputData'
    ? readColumns(context.getInputData()[itemIndex]?.json ?? {}, inputs)
    : readMapped(isObject(value) ? value : {}, inputs)
}

/** An input that the template lost since the form was filled in says nothing any more. */
function readMapped(mapped: Record<string, unknown>, inputs: readonly FormInput[]): GivenValues {
  const known = Object.entries(mapped).filter(([key]) => findTemplateInput(key, inputs))
  const lost = Object.keys(mapped).filter((key) => !findTemplateInput(key, inputs))
  return {
    given: Object.fromEntries(known.map(([key, value]) => [key, toDay(value)])),
    unused:
      lost.length === 0
        ? undefined
        : `The template has no input any more for what the form still has: ${listNames(lost)}. Open the node to refresh its form.`,
  }
}

/** The date picker of the form has a time for everything: midnight means the day. */
function toDay(value: unknown): unknown {
  return typeof value === 'string' ? value.replace(/^(\d{4}-\d\d-\d\d)T00:00:00$/, '$1') : value
}

function readColumns(row: Record<string, unknown>, inputs: readonly FormInput[]): GivenValues {
  const names = Object.keys(row)
  const columns = matchColumns(names, inputs.map(toColumn))
  const unused = names.filter((name) => !columns.has(name))
  return {
    given: Object.fromEntries([...columns].map(([column, key]) => [key, row[column]])),
    unused:
      unused.length === 0
        ? undefined
        : `Columns that fill in no input of the template: ${listNames(unused)}.`,
  }
}

function toColumn(input: FormInput): ColumnField {
  return { key: input.key, names: [toInputLabel(input), input.key, ...(input.aliases ?? [])] }
}

/** An image that is no address is the name of a field with the file. */
async function replaceInputFields(
  context: IExecuteFunctions,
  itemIndex: number,
  values: Record<string, unknown>,
  inputs: readonly FormInput[],
): Promise<Record<string, unknown>> {
  const replaced = { ...values }
  for (const input of inputs.filter(({ type }) => type === 'image')) {
    const name = toText(values[input.key])
    if (name === undefined || /^[a-z][a-z\d+.-]*:/i.test(name)) continue
    replaced[input.key] = await readImage(context, itemIndex, name, toInputLabel(input))
  }
  return replaced
}
