import type { INodeExecutionData } from 'n8n-workflow'
import { passMimeType } from './operation'

/** Gives every pass file of a batch a name of its own: `club.pkpass`, `club-2.pkpass`; in the JSON and in the file alike. */
export function makeFileNamesUnique(items: INodeExecutionData[]): INodeExecutionData[] {
  const taken = new Set<string>()
  return items.map((item) => {
    const file = Object.entries(item.binary ?? {}).find(
      ([, { mimeType, fileName }]) => mimeType === passMimeType && fileName === item.json.fileName,
    )
    const [field, data] = file ?? []
    if (field === undefined || data?.fileName === undefined) return item
    const fileName = findFreeName(data.fileName, taken)
    taken.add(fileName)
    if (fileName === data.fileName) return item
    return {
      ...item,
      json: { ...item.json, fileName },
      binary: { ...item.binary, [field]: { ...data, fileName } },
    }
  })
}

/** The name, with the lowest number that makes it free. */
function findFreeName(fileName: string, taken: ReadonlySet<string>): string {
  if (!taken.has(fileName)) return fileName
  for (let number = 2; ; number++) {
    const numbered = fileName.replace(/(\.pkpass)?$/, `-${number}.pkpass`)
    if (!taken.has(numbered)) return numbered
  }
}
