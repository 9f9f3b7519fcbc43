/** An execution of a workflow: its status, and the output of every node. */
export interface Execution {
  id: string
  status: string
  retryOf?: string
  error?: { message: string; description?: string | null; context?: Record<string, unknown> }
  /** Returns the items of one run of a node, for each of its outputs. */
  outputs: (node: string, run?: number) => Item[][]
  /** Returns how long the first run of a node took. */
  durationMs: (node: string) => number
}

export interface Item {
  json: Record<string, unknown>
  binary?: Record<string, { data: string; id?: string; fileName: string; mimeType: string }>
  pairedItem?: { item: number }
  error?: unknown
}

/** An execution as n8n's REST API returns it. */
export interface StoredExecution {
  id: string
  status: string
  retryOf?: string
  data: string
}

/** Reads an execution from n8n's REST API. */
export function toExecution({ id, status, retryOf, data }: StoredExecution): Execution {
  const { resultData } = unflatten(data) as {
    resultData: {
      error?: Execution['error']
      runData: Record<string, { executionTime: number; data?: { main?: (Item[] | null)[] } }[]>
    }
  }
  return {
    id,
    status,
    ...(retryOf ? { retryOf } : {}),
    ...(resultData.error ? { error: resultData.error } : {}),
    outputs: (node, run = 0) =>
      (resultData.runData[node]?.[run]?.data?.main ?? []).map((items) => items ?? []),
    durationMs: (node) => resultData.runData[node]?.[0]?.executionTime ?? Number.NaN,
  }
}

/** Parses the `flatted` format of n8n: a list of values in which every nested value is a string with its index in the list. */
function unflatten(text: string): unknown {
  const values = JSON.parse(text) as unknown[]
  const copies = new Map<number, unknown>()
  const resolve = (index: number): unknown => {
    if (copies.has(index)) return copies.get(index)
    const value = values[index]
    if (typeof value !== 'object' || value === null) return value
    const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [] : {}
    copies.set(index, copy)
    for (const [key, each] of Object.entries(value)) {
      Object.assign(copy, { [key]: typeof each === 'string' ? resolve(Number(each)) : each })
    }
    return copy
  }
  return resolve(0)
}
