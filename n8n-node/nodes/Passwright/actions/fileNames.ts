import type { INodeExecutionData } from 'n8n-workflow'
import { passMimeType } from './operation'

/** Gives every pass file of a batch a name of its own: `club.pkpass`, `club-2.pkpass`; in the JSON and in the file alike. */
export function makeFileNamesUnique(items: INodeExecutionData[]): INodeExecutionData[] {
  const names = new FreeNames()
  return items.map((item) => {
    const [field, data] = findPassFile(item) ?? []
    if (field === undefined || data?.fileName === undefined) return item
    const fileName = names.take(data.fileName)
    if (fileName === data.fileName) return item
    return {
      ...item,
      json: { ...item.json, fileName },
      binary: { ...item.binary, [field]: { ...data, fileName } },
    }
  })
}

/** Finds the file that the JSON names. */
function findPassFile({ json, binary = {} }: INodeExecutionData) {
  return Object.entries(binary).find(
    ([, { mimeType, fileName }]) => mimeType === passMimeType && fileName === json.fileName,
  )
}

class FreeNames {
  private readonly taken = new Set<string>()
  /** The next number to try for a name, so that thousands of equal names need one attempt each. */
  private readonly nextNumbers = new Map<string, number>()

  take(fileName: string): string {
    let free = fileName
    while (this.taken.has(free)) {
      const number = this.nextNumbers.get(fileName) ?? 2
      this.nextNumbers.set(fileName, number + 1)
      free = fileName.replace(/(\.pkpass)?$/, `-${number}.pkpass`)
    }
    this.taken.add(free)
    return free
  }
}
