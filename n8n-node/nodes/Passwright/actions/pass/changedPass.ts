import type { INodeProperties } from 'n8n-workflow'
import { toFormLabel, toFormWords } from '../../form/formLabels'
import type { ChangedPass, VoidedPass } from '../../portable/api/changes'
import type { Pass } from '../../portable/api/passes'
import type { Issue } from '../../portable/api/problem'
import { findPhoneWarning } from '../../portable/phones'
import { type OperationContext, type OperationOutput, toOutput } from '../operation'
import { fileNameOption, outputField, toFileOutput } from './passFile'
import { getPassSummary } from './passSummary'

/** Whether the output has the file of the pass after the change. */
const downloadFile: INodeProperties = {
  displayName: 'Download File',
  name: 'downloadFile',
  type: 'boolean',
  default: true,
  description: 'Whether to return the .pkpass file of the pass as it is after the change',
}

/** The parameters of the file that a change returns. */
export const changedFileProperties: INodeProperties[] = [
  downloadFile,
  { ...outputField, displayOptions: { show: { downloadFile: [true] } } },
]

/** The options of the file that a change returns. */
export const changedFileOptions: INodeProperties[] = [fileNameOption]

/** Builds the output item of a change: the pass as it is now, the reply to the change, and the new file unless it is not wanted. */
export async function toChangeOutput(
  operation: OperationContext,
  serialNumber: string,
  reply: ChangedPass | VoidedPass,
): Promise<OperationOutput> {
  const { context, client, itemIndex } = operation
  const isFileWanted = context.getNodeParameter('downloadFile', itemIndex, true) !== false
  const [pass, file] = await Promise.all([
    getPassSummary(operation, serialNumber),
    isFileWanted ? client.getPassFile(serialNumber) : undefined,
  ])
  hintAtWarnings(operation, reply)
  const json = { ...pass, ...reply, ...addPhoneWarning(pass, reply) }
  return file ? toFileOutput(operation, json, file) : toOutput(operation, json)
}

/** Shows what the service warns of beside the output: what was accepted, but is not shown as requested. */
export function hintAtWarnings(
  { addHint }: Pick<OperationContext, 'addHint'>,
  { warnings = [] }: { serialNumber: string; warnings?: Issue[] },
): void {
  for (const { path, message } of warnings) {
    addHint(`${toFormLabel(path)}: ${toFormWords(message)}`)
  }
}

/** Adds to the warnings of a reply that phones do not follow this change. */
export function addPhoneWarning(
  pass: Pick<Pass, 'shareUrl'>,
  { unchanged = false, warnings = [] }: { unchanged?: boolean; warnings?: Issue[] },
): { warnings?: Issue[] } {
  const message = unchanged ? undefined : findPhoneWarning(pass)
  const all = message === undefined ? warnings : [...warnings, { path: 'phones', message }]
  return all.length > 0 ? { warnings: all } : {}
}
