import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { readPassJson } from './read-pass-json.ts'

/** A pass in the wallet of a phone. */
export interface WalletEntry {
  serialNumber: string
  passTypeIdentifier: string
  token: string
  passJson: Record<string, unknown>
  lastModified: string | undefined
}

/** A client that behaves as an iPhone does: registers, asks by tag, fetches what has changed, and tries again. */
export interface Iphone {
  libraryIdentifier: string
  pushToken: string
  /** Its passes by serial number. */
  wallet: Map<string, WalletEntry>
  /** Adds a pass and registers for its updates; returns the status, undefined for a pass without a web service. */
  add: (file: Uint8Array) => Promise<number | undefined>
  /** Registers again, such as after its push token has changed; returns the statuses. */
  registerAgain: (pushToken?: string) => Promise<number[]>
  /** What it does after a push: asks which passes have changed, and fetches those. Returns their serial numbers. */
  update: () => Promise<string[]>
  /** Fetches the file of a pass, as if it had never seen it. */
  fetchAgain: (serialNumber: string) => Promise<void>
  /** Removes a pass; returns the status. */
  remove: (serialNumber: string) => Promise<number>
  /** Reports errors. */
  report: (logs: unknown) => Promise<number>
  /** The tag that it sends next. */
  tag: () => string | undefined
  /** How many files it fetched, and how often it heard that nothing had changed. */
  counts: { files: number; notModified: number; retries: number }
}

export interface IphoneOptions {
  /** Where the service really listens: its public address is not served here. */
  serviceUrl: string | (() => string)
  /** How often a request is repeated after an error of the server, with growing waits. */
  retries?: number
  fetch?: typeof fetch
}

/** Creates a phone with an identifier and a push token of its own. */
export function createIphone({
  serviceUrl,
  retries = 3,
  fetch: send = fetch,
}: IphoneOptions): Iphone {
  const wallet = new Map<string, WalletEntry>()
  const counts = { files: 0, notModified: 0, retries: 0 }
  const libraryIdentifier = randomBytes(16).toString('hex')
  let lastUpdated: string | undefined

  const request = async (
    path: string,
    init: RequestInit & { token?: string } = {},
  ): Promise<Response> => {
    const { token, ...rest } = init
    const headers = new Headers(rest.headers)
    if (token !== undefined) headers.set('authorization', `ApplePass ${token}`)
    for (let attempt = 0; ; attempt += 1) {
      const base = typeof serviceUrl === 'function' ? serviceUrl() : serviceUrl
      const response = await send(base + path, { ...rest, headers }).catch(() => undefined)
      if (response && response.status < 500 && response.status !== 429) return response
      if (attempt >= retries) return response ?? new Response(null, { status: 599 })
      await response?.arrayBuffer().catch(() => {})
      counts.retries += 1
      await wait(Math.min(50 * 2 ** attempt, 2_000))
    }
  }
  const toRegistrations = (passTypeIdentifier: string) =>
    `/apple/v1/devices/${libraryIdentifier}/registrations/${passTypeIdentifier}`

  const register = async ({ passTypeIdentifier, serialNumber, token }: WalletEntry) => {
    const response = await request(`${toRegistrations(passTypeIdentifier)}/${serialNumber}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ pushToken: phone.pushToken }),
      token,
    })
    await response.arrayBuffer()
    return response.status
  }

  const fetchPass = async (entry: WalletEntry): Promise<void> => {
    const { passTypeIdentifier, serialNumber, token, lastModified } = entry
    const response = await request(`/apple/v1/passes/${passTypeIdentifier}/${serialNumber}`, {
      headers: lastModified === undefined ? {} : { 'if-modified-since': lastModified },
      token,
    })
    const bytes = new Uint8Array(await response.arrayBuffer())
    if (response.status === 304) counts.notModified += 1
    if (response.status !== 200) {
      if (response.status !== 304)
        throw new Error(`The pass could not be fetched: ${response.status}`)
      return
    }
    counts.files += 1
    entry.passJson = await readPassJson(bytes)
    entry.lastModified = response.headers.get('last-modified') ?? undefined
  }

  const phone: Iphone = {
    libraryIdentifier,
    pushToken: randomBytes(32).toString('hex'),
    wallet,
    counts,
    tag: () => lastUpdated,
    add: async (file) => {
      const passJson = await readPassJson(file)
      const entry = {
        serialNumber: String(passJson.serialNumber),
        passTypeIdentifier: String(passJson.passTypeIdentifier),
        token: String(passJson.authenticationToken),
        passJson,
        lastModified: undefined,
      }
      wallet.set(entry.serialNumber, entry)
      return passJson.webServiceURL === undefined ? undefined : register(entry)
    },
    registerAgain: async (pushToken) => {
      phone.pushToken = pushToken ?? phone.pushToken
      const statuses: number[] = []
      for (const entry of wallet.values()) statuses.push(await register(entry))
      return statuses
    },
    update: async () => {
      const types = new Set([...wallet.values()].map((entry) => entry.passTypeIdentifier))
      const updated: string[] = []
      for (const type of types) {
        const query =
          lastUpdated === undefined ? '' : `?passesUpdatedSince=${encodeURIComponent(lastUpdated)}`
        const response = await request(toRegistrations(type) + query)
        const text = await response.text()
        if (response.status === 204) continue
        if (response.status !== 200)
          throw new Error(`The list could not be fetched: ${response.status}`)
        const list = JSON.parse(text) as { serialNumbers: string[]; lastUpdated: string }
        // As a real one does not understand a number.
        if (typeof list.lastUpdated !== 'string') throw new Error('lastUpdated is not a string')
        for (const serialNumber of list.serialNumbers) {
          const entry = wallet.get(serialNumber)
          if (!entry) continue
          await fetchPass(entry)
          updated.push(serialNumber)
        }
        lastUpdated = list.lastUpdated
      }
      return updated
    },
    fetchAgain: async (serialNumber) => {
      const entry = wallet.get(serialNumber)
      if (!entry) throw new Error('The phone does not have this pass')
      entry.lastModified = undefined
      await fetchPass(entry)
    },
    remove: async (serialNumber) => {
      const entry = wallet.get(serialNumber)
      if (!entry) throw new Error('The phone does not have this pass')
      wallet.delete(serialNumber)
      const { passTypeIdentifier, token } = entry
      const response = await request(`${toRegistrations(passTypeIdentifier)}/${serialNumber}`, {
        method: 'DELETE',
        token,
      })
      await response.arrayBuffer()
      return response.status
    },
    report: async (logs) => {
      const response = await request('/apple/v1/log', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ logs }),
      })
      await response.arrayBuffer()
      return response.status
    },
  }
  return phone
}
