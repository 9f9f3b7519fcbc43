import { startTestService, type TestService } from '../../service/test/support/test-service.ts'
import { type Front, startFront } from './front.ts'
import type { LambdaOptions } from './lambda.ts'
import { type MailSink, startMailSink } from './mail-sink.ts'
import { type Connection, startZapier, type Zapier } from './zapier.ts'

/** The real service with a mail server, a proxy before it, and Zapier with the app. */
export interface Workshop {
  service: TestService
  mail: MailSink
  front: Front
  zapier: Zapier
  /** A connection with an unlimited key. */
  connection: Connection
  /** Every key that was made, for who looks where they turn up. */
  keys: string[]
  connect: (plan: 'free' | 'unlimited') => Promise<Connection>
  stop: () => Promise<void>
}

export async function openWorkshop(lambda: LambdaOptions): Promise<Workshop> {
  const mail = await startMailSink()
  const service = await startTestService({
    env: {
      OUTBOUND_ALLOW: '127.0.0.1',
      SMTP_URL: `smtp://127.0.0.1:${mail.port}`,
      MAIL_FROM: 'cards@club.example',
      PLAN_FREE_LIMIT: '1',
    },
  })
  const front = await startFront(service.url, '/press')
  const keys: string[] = []
  const connect = async (plan: 'free' | 'unlimited') => {
    const apiKey = await service.createKey(plan, 'Door Desk')
    keys.push(apiKey)
    return { baseUrl: `${front.url}/`, apiKey }
  }
  const connection = await connect('unlimited')
  const zapier = await startZapier(lambda, () => connection)
  return {
    service,
    mail,
    front,
    zapier,
    connection,
    keys,
    connect,
    stop: async () => {
      await zapier.stop()
      await front.stop()
      await service.stop()
      await mail.stop()
    },
  }
}
