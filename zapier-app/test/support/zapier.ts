import { randomUUID } from 'node:crypto'
import {
  type FakeZapierCloud,
  readPointer,
  startFakeZapierCloud,
  type WebhookRequest,
} from './fake-zapier-cloud.ts'
import { convertAsZapier, type TypedField } from './input-data.ts'
import { type Lambda, type LambdaOptions, startLambda } from './lambda.ts'

type Data = Record<string, unknown>

/** The authentication data of a connection, as a user enters it. */
export interface Connection {
  baseUrl: string
  apiKey: string
}

/** What may differ between the runs of a step. */
export interface RunOptions {
  connection?: Connection
  zapId?: string
  timeZone?: string
}

/** A hydrated file, as a later step gets it. */
export interface StepFile {
  bytes: Buffer
  name: string
  type: string
}

/** An instant trigger of a Zap that is turned on. */
export interface ActiveTrigger {
  subscribeData: Data
  targetUrl: string
  /** The webhook requests that were received and not yet run. */
  received: WebhookRequest[]
  /** Runs the trigger for the oldest request and returns the items for the next step. */
  runNext: () => Promise<Data[]>
  turnOff: () => Promise<void>
  /** Deletes the Zap without unsubscribing. */
  deleteZap: () => void
}

/** A fake Zapier: it runs the app with real requests to the service. */
export interface Zapier {
  cloud: FakeZapierCloud
  lambda: Lambda
  /** Every result and error message of the app, and the contents of its pointers. */
  results: string[]
  /** Every method of the app that was run. */
  methodsRun: Set<string>
  /** Runs a method of the app, such as `creates.create_pass.operation.perform`. */
  runMethod: (method: string, bundle?: Data) => Promise<unknown>
  /** Runs an action, after Zapier has converted the values of its typed inputs. */
  runCreate: (key: string, inputData: Data, options?: RunOptions) => Promise<Data>
  /** Returns all input fields of an action, as the Zap editor asks for them. */
  getInputFields: (key: string, inputData?: Data) => Promise<TypedField[]>
  runSearch: (inputData: Data, connection?: Connection) => Promise<Data[]>
  /** Hydrates the file of a pointer, and downloads it without credentials as a later step does. */
  hydrate: (pointer: unknown, connection?: Connection) => Promise<StepFile>
  turnOn: (key: string, connection?: Connection, inputData?: Data) => Promise<ActiveTrigger>
  /** Runs a command of core, such as `definition`. */
  runCommand: (command: string) => Promise<unknown>
  stop: () => Promise<void>
}

const defaultZapId = '7001'

/** Starts a fake Zapier; `defaultConnection` is used for calls without a connection. */
export async function startZapier(
  options: LambdaOptions,
  defaultConnection: Connection,
): Promise<Zapier> {
  const cloud = await startFakeZapierCloud()
  const lambda = await startLambda({
    ...options,
    env: { ...options.env, LOGGING_ENDPOINT: `${cloud.url}/logs` },
  })
  const methodsRun = new Set<string>()
  const results: string[] = []

  const invokeLambda = async (command: string, event: Data = {}) => {
    const invocation = lambda.run({
      command,
      environment: { _ZAPIER_ONE_TIME_SECRET: cloud.secret },
      rpc_base: `${cloud.url}/rpc`,
      token: 'token-of-the-run',
      storeKey: 'store-of-the-zap',
      logExtra: { customuser_id: 1 },
      // Makes core reject invalid results, which Zapier otherwise only logs.
      isDeveloper: true,
      ...event,
    })
    const { results: result } = await invocation.catch((error: Error) => {
      results.push(error.message)
      throw error
    })
    const json = JSON.stringify(result)
    const pointers = json?.match(/hydrate\|\|\|.+?\|\|\|hydrate/g) ?? []
    results.push(json, ...pointers.map((pointer) => JSON.stringify(readPointer(cloud, pointer))))
    return result
  }
  const runMethod = (method: string, bundle: Data = {}) => {
    methodsRun.add(method)
    return invokeLambda('execute', {
      method,
      bundle: {
        authData: defaultConnection,
        inputData: {},
        inputDataRaw: {},
        meta: buildMeta(defaultZapId),
        ...bundle,
      },
    })
  }

  const getInputFields = (key: string, inputData: Data = {}) =>
    runMethod(`creates.${key}.operation.inputFields`, { inputData }) as Promise<TypedField[]>
  const knownFields = new Map<string, Promise<TypedField[]>>()
  const getAllFields = (key: string) => {
    const known = knownFields.get(key) ?? getInputFields(key, { moreFields: true })
    knownFields.set(key, known)
    return known
  }

  return {
    cloud,
    lambda,
    results,
    methodsRun,
    runMethod,
    runCreate: async (
      key,
      inputData,
      { connection = defaultConnection, zapId = defaultZapId, timeZone = 'Europe/Vienna' } = {},
    ) => {
      const inputFields = await getAllFields(key)
      return (await runMethod(`creates.${key}.operation.perform`, {
        inputData: convertAsZapier(inputData, inputFields, timeZone || 'UTC'),
        authData: connection,
        meta: buildMeta(zapId, timeZone),
      })) as Data
    },
    getInputFields,
    runSearch: (inputData, connection = defaultConnection) =>
      runMethod('searches.find_pass.operation.perform', {
        inputData,
        authData: connection,
      }) as Promise<Data[]>,
    hydrate: async (pointer, connection = defaultConnection) => {
      const { type, method, bundle } = readPointer(cloud, String(pointer))
      if (type !== 'file') throw new Error(`Expected a pointer to a file, not to a ${type}`)
      const url = await runMethod(method, { inputData: bundle, authData: connection })
      const response = await fetch(String(url))
      if (!response.ok) throw new Error(`The file store returned status ${response.status}`)
      const disposition = response.headers.get('content-disposition') ?? ''
      return {
        bytes: Buffer.from(await response.arrayBuffer()),
        name: /filename="?([^";]+)"?/.exec(disposition)?.[1] ?? '',
        type: response.headers.get('content-type') ?? '',
      }
    },
    turnOn: async (key, connection = defaultConnection, inputData = {}) => {
      const webhook = cloud.openWebhookUrl()
      const operation = `triggers.${key}.operation`
      const meta = buildMeta(randomUUID())
      const bundle = { authData: connection, targetUrl: webhook.url, meta, inputData }
      const subscribeData = (await runMethod(`${operation}.performSubscribe`, bundle)) as Data
      return {
        subscribeData,
        targetUrl: webhook.url,
        received: webhook.received,
        deleteZap: webhook.close,
        runNext: async () => {
          const { headers, body } = webhook.received.shift() ?? { headers: {}, body: '{}' }
          const rawRequest = {
            method: 'POST',
            querystring: '',
            headers: toZapierHeaders(headers),
            content: body,
          }
          const cleanedRequest = body.startsWith('{') ? JSON.parse(body) : { body }
          return (await runMethod(`${operation}.perform`, {
            ...bundle,
            rawRequest,
            cleanedRequest,
            subscribeData,
          })) as Data[]
        },
        turnOff: async () => {
          webhook.close()
          await runMethod(`${operation}.performUnsubscribe`, { ...bundle, subscribeData })
        },
      }
    },
    runCommand: (command) =>
      invokeLambda(command, { bundle: { authData: defaultConnection, inputData: {}, meta: {} } }),
    stop: async () => {
      await lambda.stop()
      await cloud.stop()
    },
  }
}

/** Zapier hands on the headers of a webhook with a prefix, and each word with a capital. */
function toZapierHeaders(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      `http-${name}`.replace(/(?:^|-)\w/g, (letter) => letter.toUpperCase()),
      value,
    ]),
  )
}

function buildMeta(zapId: string, timezone = 'Europe/Vienna'): Data {
  return {
    isLoadingSample: false,
    isFillingDynamicDropdown: false,
    isPopulatingDedupe: false,
    isTestingAuth: false,
    isBulkRead: false,
    limit: -1,
    page: 0,
    timezone: timezone || null,
    zap: { id: zapId, user: { timezone } },
  }
}
