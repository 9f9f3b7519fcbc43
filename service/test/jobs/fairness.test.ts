import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { createId } from '../../src/db/ids.ts'
import { databases } from '../support/databases/databases.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import { waitFor } from '../support/environment/wait-for.ts'
import { createFakeMailer, type FakeMailer } from '../support/mail/fake-mailer.ts'
import { createFakePost, type FakePost } from '../support/webhooks/fake-post.ts'

const env = { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'club@example.com', SIGNUP: 'open' }

describe.each(databases)('an owner on $name', ({ createDatabase }) => {
  let service: TestService
  let mailer: FakeMailer
  let network: FakePost
  /** A receiver that accepts work and does not respond until the test ends. */
  let hanging: Promise<never>

  beforeEach(async () => {
    mailer = createFakeMailer()
    network = createFakePost()
    const { promise, reject } = Promise.withResolvers<never>()
    promise.catch(() => {})
    hanging = promise
    const overrides = () => ({
      mailer,
      post: network.post,
      checkEndpointUrl: async () => undefined,
    })
    service = await startTestService({ databaseUrl: await createDatabase(), env, overrides })
    onTestFinished(async () => {
      reject(new Error('The test has ended'))
      await service.stop()
    })
  })

  /** Inserts jobs that became due a while ago. */
  const addJobs = async (kind: string, owner: string, count: number) => {
    const at = new Date(Date.now() - 60_000).toISOString()
    const rows = Array.from({ length: count }, () => ({
      id: createId('job'),
      kind,
      payload: JSON.stringify({ emailId: 'eml_0', deliveryId: 'dlv_0' }),
      owner,
      concurrency_key: kind === 'webhook' ? `${owner} endpoint` : null,
      state: 'waiting',
      run_at: at,
      attempts: 0,
      created_at: at,
    }))
    while (rows.length > 0)
      await service.ctx.db.insertInto('job').values(rows.splice(0, 1_000)).execute()
  }
  const countDone = async (owner: string) => {
    const { count } = await service.ctx.db
      .selectFrom('job')
      .select((eb) => eb.fn.countAll<number | string>().as('count'))
      .where('owner', '=', owner)
      .where('state', '!=', 'waiting')
      .executeTakeFirstOrThrow()
    return Number(count)
  }
  const sendEmail = (key: string, to: string) =>
    service.client(key).createPass({ title: 'Club', email: { to } })
  const waitForEmail = (to: string) =>
    waitFor(
      () => mailer.messages.filter(({ to: { address } }) => address === to),
      ({ length }) => length === 1,
    )
  const createWebhook = async (key: string, url: string) => {
    const response = await service.fetch('/api/webhooks', { key, json: { url } })
    return ((await response.json()) as { id: string }).id
  }
  const waitForPost = (url: string) =>
    waitFor(
      () => network.sentTo(url),
      ({ length }) => length === 1,
    )

  it('gets mail out while 200 emails of another hang at the mail server, and a stranger gets a key', async () => {
    const [theirs, ours] = [await service.createKey(), await service.createKey()]
    mailer.results.push(...Array(5).fill(() => hanging))
    for (let count = 0; count < 5; count += 1) await sendEmail(theirs, 'theirs@example.com')
    await waitFor(
      () => mailer.messages.length,
      (count) => count === 5,
    )
    const { key_id } = await service.ctx.db
      .selectFrom('email')
      .select('key_id')
      .executeTakeFirstOrThrow()
    await addJobs('email', key_id, 195)
    await sendEmail(ours, 'ours@example.com')
    await service.fetch('/api/keys/request', { json: { email: 'stranger@example.com' } })
    await waitForEmail('ours@example.com')
    await waitForEmail('stranger@example.com')
    expect(await countDone(key_id)).toBe(0)
  })

  it('gets a webhook while 100 endpoints of another do not respond, and even the other gets its test', async () => {
    const [theirs, ours] = [await service.createKey(), await service.createKey()]
    await createWebhook(ours, 'https://ours.example/')
    const ids: string[] = []
    for (let index = 0; index < 100; index += 1) {
      const url = `https://theirs-${index}.example/`
      ids.push(await createWebhook(theirs, url))
      network.respondAlways(url, () => hanging)
    }
    for (let count = 0; count < 3; count += 1)
      await service.client(theirs).createPass({ title: 'Club' })
    await waitFor(
      () => network.sent.length,
      (count) => count === 64,
    )
    await service.client(ours).createPass({ title: 'Club' })
    await waitForPost('https://ours.example/')
    const tested = network.sent.length
    expect(
      (await service.fetch(`/api/webhooks/${ids[99]}/test`, { key: theirs, method: 'POST' }))
        .status,
    ).toBe(202)
    await waitFor(
      () => network.sent.slice(tested).map(({ body }) => JSON.parse(body).id as string),
      (posted) => posted.some((id) => id.startsWith('evt_test_')),
    )
  })

  it.each(['email', 'webhook'])(
    'does not wait for 10,000 older jobs of another: %s',
    async (kind) => {
      const ours = await service.createKey()
      await createWebhook(ours, 'https://ours.example/')
      await addJobs(kind, 'theirs', 10_000)
      await sendEmail(ours, 'ours@example.com')
      await waitForEmail('ours@example.com')
      await waitFor(
        () => network.sentTo('https://ours.example/').length,
        (count) => count > 0,
      )
      expect(await countDone('theirs')).toBeLessThan(1_000)
    },
  )
})
