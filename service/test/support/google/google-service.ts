import type { Client, MadePass } from '@passwright/shared'
import { createPace } from '../../../src/google/api/pace.ts'
import { createGoogleWallet } from '../../../src/google/api/wallet.ts'
import { startTestService, type TestService } from '../environment/test-service.ts'
import { waitFor } from '../environment/wait-for.ts'
import { type FakeGoogle, startFakeGoogle } from './fake-google.ts'
import { ISSUER_ID } from './service-account.ts'

/** A service with Google Wallet on, and the Google that it speaks to. */
export interface GoogleService {
  google: FakeGoogle
  service: TestService
  client: Client<Uint8Array>
  /** Follows a link of the service, but no redirect. */
  tap: (url: string | null | undefined, init?: RequestInit) => Promise<Response>
  /** Creates a pass, taps it, and forgets the calls that this took. */
  createTapped: (body?: Record<string, unknown>) => Promise<MadePass>
  /** What Google holds of a pass. */
  read: (pass: Pick<MadePass, 'serialNumber'>) => Record<string, unknown> | undefined
  /** Stops the clock of the service: then it moves only when it is advanced. */
  freeze: () => void
  /** Moves the clock of the service. */
  advance: (ms: number) => void
  /** Waits until no job for Google waits or runs. */
  waitUntilIdle: () => Promise<void>
  listJobs: () => Promise<GoogleJob[]>
  getWarnings: () => Promise<string[]>
  stop: () => Promise<void>
}

interface GoogleJob {
  kind: string
  state: string
  attempts: number
  reason: string | null
}

export interface GoogleServiceOptions {
  databaseUrl: string
  env?: Record<string, string>
}

/** Starts both. Addresses at passes.example.com lead to the service, where Google fetches images. */
export async function startGoogleService({
  databaseUrl,
  env = {},
}: GoogleServiceOptions): Promise<GoogleService> {
  const google = await startFakeGoogle()
  let laterMs = 0
  let frozenAt: number | undefined
  const now = () => new Date((frozenAt ?? Date.now()) + laterMs)
  const service = await startTestService({
    databaseUrl,
    env: { PUBLIC_URL: 'https://passes.example.com', ...google.env, ...env },
    overrides: ({ config, db }) => ({
      now,
      googleWallet:
        config.googleWallet && createGoogleWallet(config.googleWallet, now, createPace(db)),
    }),
  })
  google.fetchImages((uri) => uri.replace('https://passes.example.com', service.url))
  const client = service.client(await service.createKey())
  const listJobs = () =>
    service.ctx.db
      .selectFrom('job')
      .select(['kind', 'state', 'attempts', 'reason'])
      .where('kind', 'in', ['google', 'google-message'])
      .execute()
  const tap: GoogleService['tap'] = (url, init = {}) =>
    service.fetch(new URL(url ?? '').pathname, { redirect: 'manual', ...init })
  return {
    google,
    service,
    client,
    tap,
    createTapped: async (body = {}) => {
      const pass = await client.createPass({ title: 'Club', barcodeValue: '42', ...body })
      const { status } = await tap(pass.googleSaveUrl)
      if (status !== 302) throw new Error(`The tap returned ${status}`)
      google.calls.length = 0
      return pass
    },
    read: ({ serialNumber }) => google.objects.get(`${ISSUER_ID}.${serialNumber}`),
    freeze: () => {
      frozenAt ??= Date.now()
    },
    advance: (ms) => {
      laterMs += ms
    },
    waitUntilIdle: async () => {
      await waitFor(
        async () => {
          // What waits for other changes to come waits no longer.
          if (frozenAt !== undefined) laterMs += 1_000
          return listJobs()
        },
        (jobs) => jobs.every(({ state }) => state !== 'waiting'),
      )
    },
    listJobs,
    getWarnings: async () => {
      const { warnings } = (await (await service.fetch('/ready')).json()) as { warnings: string[] }
      return warnings
    },
    stop: async () => {
      await service.stop()
      await google.close()
    },
  }
}
