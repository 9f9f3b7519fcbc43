import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type SmtpFaults,
  startSmtpFaults,
} from '../../../service/test/support/mail/fake-smtp-server.ts'
import {
  makeKey,
  type ServiceProcess,
  startProcess,
} from '../../../service/test/support/service-process.ts'
import { N8n } from './n8n.mts'

/** The service with a mail server, and an n8n that has a credential for it. */
export interface House {
  service: ServiceProcess
  key: string
  mail: SmtpFaults
  n8n: N8n
  credential: string
  /** A call of the service with the key; gives status and JSON. */
  ask: <Data = Record<string, unknown>>(
    path: string,
    body?: unknown,
    method?: string,
  ) => Promise<Data>
  stop: () => Promise<void>
}

/** Starts all of it; `databaseUrl` is an empty PostgreSQL database for n8n. */
export async function startHouse(databaseUrl: string): Promise<House> {
  const folder = await mkdtemp(join(tmpdir(), 'passwright-house-'))
  const mail = await startSmtpFaults({ behaviour: 'no-starttls' })
  const env = {
    DATA_DIR: folder,
    OUTBOUND_ALLOW: '127.0.0.1',
    SMTP_URL: `smtp://127.0.0.1:${mail.port}`,
    MAIL_FROM: 'Riverside Climbing Club <cards@club.example>',
    LOG_LEVEL: 'warn',
  }
  const [service, n8n] = await Promise.all([startProcess(env), N8n.start(databaseUrl)])
  const key = await makeKey(env)
  const credential = await n8n.addCredential('Passwright', { baseUrl: service.url, apiKey: key })
  return {
    service,
    key,
    mail,
    n8n,
    credential,
    ask: async <Data,>(path: string, body?: unknown, method = body ? 'POST' : 'GET') => {
      const response = await fetch(service.url + path, {
        method,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      return (response.status === 204 ? undefined : await response.json()) as Data
    },
    stop: async () => {
      await n8n.stop()
      await service.end('SIGTERM')
      await mail.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
