import type { Scope } from '@passwright/shared'
import { createApiKey } from '../../../service/src/accounts/api-keys.ts'
import {
  startTestService,
  type TestService,
} from '../../../service/test/support/environment/test-service.ts'
import { type FakeSmtpServer, startFakeSmtpServer } from './fake-smtp-server.ts'
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts'
import type { LambdaOptions } from './lambda.ts'
import { type Connection, startZapier, type Zapier } from './zapier.ts'

/** A service with an SMTP server and a proxy in front of it, and a fake Zapier that runs the app. */
export interface TestEnvironment {
  service: TestService
  smtp: FakeSmtpServer
  proxy: FaultProxy
  zapier: Zapier
  /** A connection with an API key of the plan `unlimited`. */
  connection: Connection
  /** All API keys that were created, for the test that searches for leaks. */
  apiKeys: string[]
  /** Creates a connection with a new API key, limited to scopes if some are given. */
  connect: (plan: 'free' | 'unlimited', scopes?: Scope[]) => Promise<Connection>
  stop: () => Promise<void>
}

/** Starts the environment; `lambda` says which app to run and how. */
export async function startTestEnvironment(lambda: LambdaOptions): Promise<TestEnvironment> {
  const smtp = await startFakeSmtpServer()
  const service = await startTestService({
    env: {
      OUTBOUND_ALLOW: '127.0.0.1',
      SMTP_URL: `smtp://127.0.0.1:${smtp.port}`,
      MAIL_FROM: 'cards@club.example',
      PLAN_FREE_LIMIT: '1',
    },
  })
  const proxy = await startFaultProxy(service.url, '/press')
  const apiKeys: string[] = []
  const connect = async (plan: 'free' | 'unlimited', scopes: Scope[] | null = null) => {
    const { db, now } = service.ctx
    const { key: apiKey } = await createApiKey(db, { name: 'Door Desk', plan, scopes, now: now() })
    apiKeys.push(apiKey)
    return { baseUrl: `${proxy.url}/`, apiKey }
  }
  const connection = await connect('unlimited')
  const zapier = await startZapier(lambda, connection)
  return {
    service,
    smtp,
    proxy,
    zapier,
    connection,
    apiKeys,
    connect,
    stop: async () => {
      await zapier.stop()
      await proxy.stop()
      await service.stop()
      await smtp.stop()
    },
  }
}
