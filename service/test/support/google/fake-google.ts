import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { isObject } from '@passwright/shared'
import { importSPKI, jwtVerify } from 'jose'
import {
  findClassMistakes,
  findMissing,
  findMistakes,
  findObjectMistakes,
  listImageUris,
  messageRules,
} from './object-rules.ts'
import { createServiceAccount, ISSUER_ID, type ServiceAccount } from './service-account.ts'

type Json = Record<string, unknown>

/** A request as it arrived. */
export interface GoogleCall {
  method: string
  /** Below the root: `/walletobjects/v1/genericObject`, `/token`, `/keys`. */
  path: string
  body: Json
  at: number
}

/** What the fake does instead of what it would do. */
export type GoogleFault =
  | { status: number; json?: Json; headers?: Record<string, string> }
  /** Does what was asked, and the answer gets lost. */
  | 'lose the answer'
  /** Does nothing and ends the connection. */
  | 'hang up'
  /** Does nothing and never answers. */
  | 'silence'

type Decide = (call: GoogleCall) => GoogleFault | undefined

/** Google's Wallet API and token endpoint, as far as its documents go. */
export interface FakeGoogle {
  url: string
  account: ServiceAccount
  /** What the service needs to speak to it. */
  env: Record<string, string>
  classes: Map<string, Json>
  objects: Map<string, Json>
  calls: GoogleCall[]
  /** The calls of the API, without tokens and keys: `PATCH genericObject/<id>`. */
  listCalls: () => string[]
  /** How many messages with a notification each object got. */
  notifications: Map<string, number>
  /** The root keys that it publishes. */
  keys: unknown[]
  setFault: (decide: Decide) => void
  /** Fetches images as Google does, from where the addresses really lead; not at all when absent. */
  fetchImages: (resolve: (uri: string) => string) => void
  /** Ends the access tokens that are out. */
  revokeTokens: () => void
  close: () => Promise<void>
}

/** Starts the fake. */
export async function startFakeGoogle({ port = 0 } = {}): Promise<FakeGoogle> {
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      respond(response, 500, { error: { code: 500, message: String(error) } })
    })
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const { port: bound } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${bound}`
  const account = createServiceAccount(`${url}/token`)
  const publicKey = await importSPKI(account.publicKey, 'RS256')
  const tokens = new Set<string>()
  let decide: Decide = () => undefined
  let resolveImage: ((uri: string) => string) | undefined
  let issued = 0

  const google: FakeGoogle = {
    url,
    account,
    env: {
      GOOGLE_WALLET_ISSUER_ID: ISSUER_ID,
      GOOGLE_WALLET_CREDENTIALS: account.json,
      GOOGLE_WALLET_URL: url,
    },
    classes: new Map(),
    objects: new Map(),
    calls: [],
    listCalls: () =>
      google.calls
        .filter(({ path }) => path.startsWith(API))
        .map(({ method, path }) => `${method} ${path.slice(API.length)}`),
    notifications: new Map(),
    keys: [],
    setFault: (next) => {
      decide = next
    },
    fetchImages: (resolve) => {
      resolveImage = resolve
    },
    revokeTokens: () => tokens.clear(),
    close: async () => {
      server.close()
      server.closeAllConnections()
    },
  }
  return google

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request)
    const { pathname: path } = new URL(request.url ?? '/', url)
    const { method = '' } = request
    const call = { method, path, body: parse(body, request), at: Date.now() }
    google.calls.push(call)
    const fault = decide(call)
    if (fault === 'hang up') return void request.socket.destroy()
    if (fault === 'silence') return
    if (isObject(fault)) return respond(response, fault.status, fault.json ?? {}, fault.headers)
    const [status, json] = await answer(call, request.headers.authorization ?? '')
    if (fault === 'lose the answer') return void request.socket.destroy()
    respond(response, status, json)
  }

  async function answer(call: GoogleCall, authorization: string): Promise<[number, Json]> {
    if (call.path === '/token') return answerToken(call)
    if (call.path === '/keys') return [200, { keys: google.keys }]
    if (!tokens.has(authorization.replace('Bearer ', ''))) {
      return refuse(401, 'Request had invalid authentication credentials.', 'authError')
    }
    const [kind = '', id, verb] = call.path.slice(API.length).split('/').map(decodeURIComponent)
    const stores: Record<string, Map<string, Json>> = {
      genericClass: google.classes,
      genericObject: google.objects,
    }
    if (kind === 'issuer') {
      return id === ISSUER_ID
        ? [200, { issuerId: id, name: 'Club' }]
        : refuse(403, 'Permission denied.', 'permissionDenied')
    }
    const store = stores[kind]
    if (!store) return refuse(404, 'Not found', 'notFound')
    return answerStore(call, kind, store, id, verb)
  }

  async function answerToken({ body }: GoogleCall): Promise<[number, Json]> {
    try {
      await jwtVerify(String(body.assertion), publicKey, {
        issuer: account.clientEmail,
        audience: `${url}/token`,
        // Whether the clock is right is the test's business.
        currentDate: new Date(readIssuedAt(String(body.assertion)) * 1000),
      })
    } catch {
      return [400, { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' }]
    }
    issued += 1
    const token = `ya29.token-${issued}`
    tokens.add(token)
    return [200, { access_token: token, expires_in: 3599, token_type: 'Bearer' }]
  }

  async function answerStore(
    { method, body }: GoogleCall,
    kind: string,
    store: Map<string, Json>,
    id: string | undefined,
    verb: string | undefined,
  ): Promise<[number, Json]> {
    const isClass = kind === 'genericClass'
    const wanted = id ?? String(body.id)
    if (!wanted.startsWith(`${ISSUER_ID}.`)) {
      return refuse(403, 'Permission denied.', 'permissionDenied')
    }
    const stored = store.get(wanted)
    if (method === 'POST' && id === undefined) {
      const mistakes = isClass
        ? findClassMistakes(body)
        : [...findObjectMistakes(body), ...findMissing(body)]
      if (mistakes.length > 0) return refuse(400, mistakes.join('; '), 'invalid')
      if (stored)
        return refuse(409, `An object with ID ${wanted} already exists.`, 'existingResource')
      if (!isClass && !google.classes.has(String(body.classId))) {
        return refuse(404, `Class ${String(body.classId)} not found.`, 'classNotFound')
      }
      const unreachable = await findUnreachableImage(body)
      if (unreachable) return refuse(400, `Image cannot be loaded. ${unreachable}`, 'imageFetch')
      store.set(wanted, body)
      return [200, toOldSpelling(body)]
    }
    if (!stored) return refuse(404, `${wanted} not found.`, 'resourceNotFound')
    if (method === 'GET') return [200, toOldSpelling(stored)]
    if (verb === 'addMessage') return addMessage(wanted, stored, body)
    if (method !== 'PATCH') return refuse(404, 'Not found', 'notFound')
    const merged = merge(stored, body)
    const mistakes = isClass
      ? findClassMistakes(merged)
      : [...findObjectMistakes(body), ...findObjectMistakes(merged), ...findMissing(merged)]
    if (mistakes.length > 0) return refuse(400, mistakes.join('; '), 'invalid')
    const unreachable = await findUnreachableImage(merged)
    if (unreachable) return refuse(400, `Image cannot be loaded. ${unreachable}`, 'imageFetch')
    store.set(wanted, merged)
    return [200, toOldSpelling(merged)]
  }

  function addMessage(id: string, stored: Json, body: Json): [number, Json] {
    const mistakes = findMistakes(body, messageRules, 'message')
    const messages = Array.isArray(stored.messages) ? stored.messages : []
    if (messages.length >= 10) mistakes.push('more than 10 messages')
    if (mistakes.length > 0) return refuse(400, mistakes.join('; '), 'invalid')
    const { message } = body
    if (isObject(message) && message.messageType === 'TEXT_AND_NOTIFY') {
      const count = google.notifications.get(id) ?? 0
      if (count >= 3) return refuse(403, 'QuotaExceededException', 'quotaExceeded')
      google.notifications.set(id, count + 1)
    }
    stored.messages = [...messages, message]
    return [200, { resource: toOldSpelling(stored) }]
  }

  async function findUnreachableImage(object: Json): Promise<string | undefined> {
    if (!resolveImage) return undefined
    for (const uri of listImageUris(object)) {
      const response = await fetch(resolveImage(uri), { redirect: 'error' }).catch(() => undefined)
      const isImage = response?.ok && response.headers.get('content-type') === 'image/png'
      await response?.arrayBuffer()
      if (!isImage) return uri
    }
    return undefined
  }
}

const API = '/walletobjects/v1/'

function refuse(code: number, message: string, reason: string): [number, Json] {
  const errors = [{ message, domain: 'walletobjects', reason }]
  return [code, { error: { code, message, errors } }]
}

function parse(body: string, { headers }: IncomingMessage): Json {
  if (headers['content-type']?.includes('form')) {
    return Object.fromEntries(new URLSearchParams(body))
  }
  return body === '' ? {} : JSON.parse(body)
}

function readIssuedAt(jwt: string): number {
  const claims: unknown = JSON.parse(
    Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8'),
  )
  return isObject(claims) ? Number(claims.iat) : 0
}

/** A PATCH changes what it names: null takes a field away, a list is replaced, an object is merged. */
function merge(before: Json, patch: Json): Json {
  const merged = { ...before }
  for (const [name, value] of Object.entries(patch)) {
    const inner = merged[name]
    if (value === null) delete merged[name]
    else merged[name] = isObject(value) ? merge(isObject(inner) ? inner : {}, value) : value
  }
  return merged
}

/** Answers have the words of an older version: `active`, `genericTypeUnspecified`. */
function toOldSpelling(object: Json): Json {
  const spell = (word: unknown) =>
    String(word)
      .toLowerCase()
      .replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())
  return {
    ...object,
    ...(object.state === undefined ? {} : { state: spell(object.state) }),
    ...(object.genericType === undefined ? {} : { genericType: spell(object.genericType) }),
  }
}

function respond(
  response: ServerResponse,
  status: number,
  json: Json,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(json))
}
