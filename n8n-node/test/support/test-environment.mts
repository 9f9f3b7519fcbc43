import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createKeyByCommand,
  type ServiceProcess,
  startServiceProcess,
} from '../../../service/test/support/environment/service-process.ts'
import {
  type FakeSmtpServer,
  startFakeSmtpServer,
} from '../../../service/test/support/smtp/fake-smtp-server.ts'
import { N8n } from './n8n.mts'

/** A service with an SMTP server, and an n8n with a credential for it. */
export interface TestEnvironment {
  service: ServiceProcess
  key: string
  smtp: FakeSmtpServer
  n8n: N8n
  credentialId: string
  /** Sends a request to the service with the API key and returns the JSON of the response. */
  request: <Data = Record<string, unknown>>(
    path: string,
    body?: unknown,
    method?: string,
  ) => Promise<Data>
  stop: () => Promise<void>
}

/** Starts the environment; `databaseUrl` is an empty PostgreSQL database for n8n. */
export async function startTestEnvironment(databaseUrl: string): Promise<TestEnvironment> {
  const folder = await mkdtemp(join(tmpdir(), 'passwright-n8n-test-'))
  const smtp = await startFakeSmtpServer({ behaviour: 'no-starttls' })
  const env = {
    DATA_DIR: folder,
    OUTBOUND_ALLOW: '127.0.0.1',
    SMTP_URL: `smtp://127.0.0.1:${smtp.port}`,
    MAIL_FROM: 'Riverside Climbing Club <cards@club.example>',
    LOG_LEVEL: 'warn',
  }
  const [service, n8n] = await Promise.all([startServiceProcess(env), N8n.start(databaseUrl)])
  const key = await createKeyByCommand(env)
  const credentialId = await n8n.addCredential('Passwright', { baseUrl: service.url, apiKey: key })
  return {
    service,
    key,
    smtp,
    n8n,
    credentialId,
    request: async <Data,>(path: string, body?: unknown, method = body ? 'POST' : 'GET') => {
      const response = await fetch(service.url + path, {
        method,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      return (response.status === 204 ? undefined : await response.json()) as Data
    },
    stop: async () => {
      await n8n.stop()
      await service.stop('SIGTERM')
      await smtp.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
