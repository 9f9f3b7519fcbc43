import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createKeyByCommand,
  runCommand,
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
  /** A credential for the SMTP server, with which n8n itself sends mail. */
  smtpCredentialId: string
  /** Sends a request to the service with the API key and returns the JSON of the response. */
  request: <Data = Record<string, unknown>>(
    path: string,
    body?: unknown,
    method?: string,
  ) => Promise<Data>
  /** Creates an API key that is limited to these scopes, and returns the ID of a credential with it. */
  addLimitedCredential: (scopes: string) => Promise<string>
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
    MCP: 'on',
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
    smtpCredentialId: await n8n.addCredential('SMTP', readSmtpSettings(smtp), 'smtp'),
    addLimitedCredential: async (scopes) => {
      const args = ['--name', 'Limited', '--plan', 'unlimited', '--scope', scopes, '--json']
      const { key: apiKey } = JSON.parse(await runCommand(env, 'keys', 'create', ...args))
      return n8n.addCredential(scopes, { baseUrl: service.url, apiKey })
    },
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

function readSmtpSettings({ port }: FakeSmtpServer): Record<string, unknown> {
  const server = { host: '127.0.0.1', port, secure: false, disableStartTls: true }
  return { user: '', password: '', hostName: '', ...server }
}
