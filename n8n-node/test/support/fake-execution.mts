import type { IExecuteFunctions, IHttpRequestOptions, INodeExecutionData } from 'n8n-workflow'
import { execute } from '../../nodes/Passwright/actions/execute.ts'

/** A request that the node sent, its body parsed. */
export interface SentRequest {
  method: string
  path: string
  body: Record<string, unknown>
  options: IHttpRequestOptions
}

/** The response of the fake service to a request. */
export interface FakeResponse {
  status?: number
  headers?: Record<string, string>
  json?: unknown
  file?: string
}

export interface FakeExecution {
  operation: string
  resource?: string
  /** Parameters of the node; a function of the item's index for what differs between items. */
  parameters?: Record<string, unknown> | ((itemIndex: number) => Record<string, unknown>)
  items?: INodeExecutionData[]
  timeZone?: string
  baseUrl?: string
  continueOnFail?: boolean
  respond?: (request: SentRequest) => FakeResponse
}

export const fakePass = {
  serialNumber: 's-1',
  externalId: 'm-1',
  title: 'Club',
  subtitle: 'Ada Example',
  barcodeValue: 'B-1',
  expirationDate: null,
  shareUrl: 'https://passes.example.com/p/t',
  downloadUrl: 'https://passes.example.com/p/t.pkpass',
  fileName: 'club.pkpass',
  voided: false,
  metadata: { a: '1' },
}

const fakeInput = { label: 'Name', type: 'text', required: true }
export const fakeTemplate = {
  templateId: 'tpl_1',
  name: 'Member card',
  version: 1,
  passes: 3,
  inputs: [
    { key: 'name', ...fakeInput, aliases: ['member'] },
    { key: 'number', ...fakeInput, label: 'Member No' },
    { key: 'points', ...fakeInput, label: 'Points', type: 'number', required: false },
    { key: 'until', ...fakeInput, label: 'Valid Until', type: 'date', required: false },
    { key: 'photo', ...fakeInput, label: 'Photo', type: 'image', required: false },
    { key: 'level', ...fakeInput, label: 'Level', type: 'choice', choices: ['Gold', 'Silver'] },
  ],
}
const fakeDesign = { title: 'Club', label: 'Member', value: '{{name}}' }

/** Replies as the service does, with a pass whose file holds `file`. */
export function respondAsService({ method, path }: SentRequest): FakeResponse {
  if (path.includes('format=pkpass')) {
    return {
      file: 'new file',
      headers: { 'content-disposition': 'attachment; filename="club.pkpass"' },
    }
  }
  if (method === 'GET' && /\/passes\?/.test(path)) {
    return { json: { passes: [fakePass], nextCursor: null } }
  }
  if (path === '/api/templates') return { json: { templates: [fakeTemplate] } }
  if (path.startsWith('/api/templates/')) return { json: { ...fakeTemplate, pass: fakeDesign } }
  if (method === 'GET') return { json: { ...fakePass, pass: { title: 'Club' } } }
  if (path.endsWith('/email')) return { status: 202, json: { emailId: 'eml_1', status: 'queued' } }
  if (path.endsWith('/adjust')) {
    const reply = { before: 9, after: 10, reached: true, notifiedDevices: 1, unchanged: false }
    return { json: { serialNumber: 's-1', field: 'stamps', ...reply } }
  }
  if (method === 'DELETE') return { json: { serialNumber: 's-1', deleted: true } }
  if (method === 'POST' && path.startsWith('/api/passes?')) {
    return { json: { ...fakePass, outcome: 'updated', applePass: 'bmV3' } }
  }
  if (method === 'POST' && path === '/api/passes') {
    return { status: 201, json: { ...fakePass, outcome: 'created', applePass: 'bmV3' } }
  }
  return { json: { serialNumber: 's-1', unchanged: false, notifiedDevices: 0, voided: true } }
}

/** Runs the node with a fake n8n and a fake service; returns its output, its requests and its hints. */
export async function runNode({
  operation,
  resource = 'pass',
  parameters = {},
  items = [{ json: {} }],
  timeZone = 'Europe/Vienna',
  baseUrl = 'https://passes.example.com',
  continueOnFail = false,
  respond = respondAsService,
}: FakeExecution): Promise<{
  output: INodeExecutionData[]
  requests: SentRequest[]
  hints: string[]
}> {
  const requests: SentRequest[] = []
  const hints: string[] = []
  const contextData = {}
  const context = {
    getNode: () => ({ id: 'node', name: 'Passwright' }),
    getNodeParameter: (name: string, itemIndex: number, fallback?: unknown) => {
      const own = typeof parameters === 'function' ? parameters(itemIndex) : parameters
      return readPath({ resource, operation, ...own }, name, fallback)
    },
    getInputData: () => items,
    getTimezone: () => timeZone,
    getCredentials: async () => ({ baseUrl, apiKey: 'pw_live_x' }),
    getExecutionId: () => '7',
    getInstanceId: () => 'instance',
    getContext: () => contextData,
    getWorkflowDataProxy: () => ({ $runIndex: 0 }),
    isToolExecution: () => false,
    continueOnFail: () => continueOnFail,
    addExecutionHints: (hint: { message: string }) => hints.push(hint.message),
    helpers: {
      assertBinaryData: (itemIndex: number, field: string) => {
        const data = items[itemIndex]?.binary?.[field]
        if (data === undefined) throw new Error(`The item has no binary field "${field}"`)
        return data
      },
      getBinaryDataBuffer: async (itemIndex: number, field: string) =>
        Buffer.from(items[itemIndex]?.binary?.[field]?.data ?? ''),
      prepareBinaryData: async (bytes: Buffer, fileName: string, mimeType: string) => ({
        data: bytes.toString(),
        fileName,
        mimeType,
      }),
      httpRequestWithAuthentication: async (_type: string, options: IHttpRequestOptions) => {
        const sent = {
          method: String(options.method),
          path: options.url.replace(/^https?:\/\/[^/]+/, ''),
          body: options.body === undefined ? {} : JSON.parse(String(options.body)),
          options,
        }
        requests.push(sent)
        const { status = 200, headers = {}, json, file } = respond(sent)
        return {
          statusCode: status,
          headers,
          body: Buffer.from(file ?? JSON.stringify(json ?? {})),
        }
      },
    },
  }
  const output = await execute(context as unknown as IExecuteFunctions)
  return { output, requests, hints }
}

function readPath(parameters: Record<string, unknown>, path: string, fallback: unknown): unknown {
  let value: unknown = parameters
  for (const key of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[key]
  return value === undefined ? fallback : value
}
