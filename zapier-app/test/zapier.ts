import { randomUUID } from 'node:crypto'
import { type Cloud, type Hook, readPointer, startCloud } from './cloud.ts'
import { type Lambda, type LambdaOptions, startLambda } from './lambda.ts'

type Data = Record<string, unknown>

/** A connection, as a person filled it in. */
export interface Connection {
  baseUrl: string
  apiKey: string
}

/** A file as a later step has it, such as one that mails it. */
export interface StepFile {
  bytes: Buffer
  name: string
  type: string
}

/** One instant trigger of one Zap, switched on. */
export interface LiveTrigger {
  subscribeData: Data
  targetUrl: string
  /** The webhooks that came, not yet worked on. */
  came: Hook[]
  /** Runs the trigger on what came first and gives what the Zap's next step gets. */
  next: () => Promise<Data[]>
  off: () => Promise<void>
  /** The Zap is deleted without a word to the service. */
  vanish: () => void
}

/** Zapier with the app, as whoever makes Zaps has it. */
export interface Zapier {
  cloud: Cloud
  lambda: Lambda
  /** Everything that the app answered, errors too, with what its pointers hold. */
  told: string[]
  /** Every method that was run. */
  ran: Set<string>
  /** Runs a method of the app, such as `creates.create_pass.operation.perform`. */
  run: (method: string, bundle?: Data) => Promise<unknown>
  create: (key: string, inputData: Data, connection?: Connection, zap?: string) => Promise<Data>
  search: (inputData: Data, connection?: Connection) => Promise<Data[]>
  /** Has the file behind a pointer fetched, and gets it as a later step does: without credentials. */
  hydrate: (pointer: unknown, connection?: Connection) => Promise<StepFile>
  turnOn: (key: string, connection?: Connection) => Promise<LiveTrigger>
  command: (command: string) => Promise<unknown>
  stop: () => Promise<void>
}

/** Starts a Zapier whose Zaps use this connection unless told otherwise. */
export async function startZapier(
  options: LambdaOptions,
  standard: () => Connection,
): Promise<Zapier> {
  const cloud = await startCloud()
  const lambda = await startLambda({
    ...options,
    env: { ...options.env, LOGGING_ENDPOINT: `${cloud.url}/logs` },
  })
  const ran = new Set<string>()
  const told: string[] = []
  const zapOfTest = '7001'

  const send = async (command: string, more: Data = {}) => {
    const answer = lambda.run({
      command,
      environment: { _ZAPIER_ONE_TIME_SECRET: cloud.secret },
      rpc_base: `${cloud.url}/rpc`,
      token: 'token-of-the-run',
      storeKey: 'store-of-the-zap',
      logExtra: { customuser_id: 1 },
      // Lets core object to results that Zapier would only note.
      isDeveloper: true,
      ...more,
    })
    const { results } = await answer.catch((error: Error) => {
      told.push(error.message)
      throw error
    })
    const text = JSON.stringify(results)
    const pointers = text?.match(/hydrate\|\|\|.+?\|\|\|hydrate/g) ?? []
    told.push(text, ...pointers.map((pointer) => JSON.stringify(readPointer(cloud, pointer))))
    return results
  }
  const run = (method: string, bundle: Data = {}) => {
    ran.add(method)
    return send('execute', {
      method,
      bundle: {
        authData: standard(),
        inputData: {},
        inputDataRaw: {},
        meta: metaOf(zapOfTest),
        ...bundle,
      },
    })
  }

  return {
    cloud,
    lambda,
    told,
    ran,
    run,
    create: (key, inputData, connection = standard(), zap = zapOfTest) =>
      run(`creates.${key}.operation.perform`, {
        inputData,
        authData: connection,
        meta: metaOf(zap),
      }) as Promise<Data>,
    search: (inputData, connection = standard()) =>
      run('searches.find_pass.operation.perform', {
        inputData,
        authData: connection,
      }) as Promise<Data[]>,
    hydrate: async (pointer, connection = standard()) => {
      const { type, method, bundle } = readPointer(cloud, String(pointer))
      if (type !== 'file') throw new Error(`A pointer to a file was expected, not ${type}`)
      const url = await run(method, { inputData: bundle, authData: connection })
      const response = await fetch(String(url))
      if (!response.ok) throw new Error(`The store answers ${response.status}`)
      return {
        bytes: Buffer.from(await response.arrayBuffer()),
        name:
          /filename="?([^";]+)"?/.exec(response.headers.get('content-disposition') ?? '')?.[1] ??
          '',
        type: response.headers.get('content-type') ?? '',
      }
    },
    turnOn: async (key, connection = standard()) => {
      const hook = cloud.openHook()
      const operation = `triggers.${key}.operation`
      const meta = metaOf(randomUUID())
      const bundle = { authData: connection, targetUrl: hook.url, meta }
      const subscribeData = (await run(`${operation}.performSubscribe`, bundle)) as Data
      return {
        subscribeData,
        targetUrl: hook.url,
        came: hook.came,
        vanish: hook.close,
        next: async () => {
          const { headers, body } = hook.came.shift() ?? { headers: {}, body: '{}' }
          const rawRequest = { method: 'POST', querystring: '', headers, content: body }
          const cleanedRequest = { ...JSON.parse(body), querystring: {} }
          const given = { ...bundle, rawRequest, cleanedRequest, subscribeData }
          return (await run(`${operation}.perform`, given)) as Data[]
        },
        off: async () => {
          hook.close()
          await run(`${operation}.performUnsubscribe`, { ...bundle, subscribeData })
        },
      }
    },
    command: (command) =>
      send(command, { bundle: { authData: standard(), inputData: {}, meta: {} } }),
    stop: async () => {
      await lambda.stop()
      await cloud.stop()
    },
  }
}

function metaOf(zap: string): Data {
  return {
    isLoadingSample: false,
    isFillingDynamicDropdown: false,
    isPopulatingDedupe: false,
    isTestingAuth: false,
    isBulkRead: false,
    limit: -1,
    page: 0,
    timezone: 'Europe/Vienna',
    zap: { id: zap, user: { timezone: 'Europe/Vienna' } },
  }
}
