import { X509Certificate } from 'node:crypto'
import { describe, expect, it, onTestFinished } from 'vitest'
import { publishExpiringCertificates, warningDays } from '../../src/identities/expiry-events.ts'
import {
  createTestApple,
  fromNow,
  TEST_PASS_TYPE_ID,
  writeIdentity,
} from '../support/certificates/test-apple.ts'
import { databases } from '../support/databases/databases.ts'
import { createTemporaryFolder } from '../support/environment/temporary-folder.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import { waitFor } from '../support/environment/wait-for.ts'
import { readErrorResponse } from '../support/http/error-response.ts'
import { verifyPass } from '../support/passes/verify-pass.ts'
import { createFakePost } from '../support/webhooks/fake-post.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const SECOND = 'pass.com.example.second'
const HOOK = 'https://n8n.example.com/hook'
const apple = await createTestApple()

interface Warned {
  passTypeIdentifier: string
  expiresAt: string
  daysLeft: number
}

describe.each(databases)('a year of certificates on $name', ({ name, createDatabase }) => {
  /** Starts as many instances as the database can have; they share the folder and one set clock. */
  const startInstances = async () => {
    const folder = await createTemporaryFolder()
    const databaseUrl = await createDatabase()
    const start = fromNow(0)
    let now = start
    const network = createFakePost()
    const issue = async (
      fromDay: number,
      toDay: number,
      passTypeIdentifier = TEST_PASS_TYPE_ID,
    ) => {
      const at = (day: number) => new Date(start.getTime() + day * DAY_MS)
      const files = await apple.issue({
        passTypeIdentifier,
        notBefore: at(fromDay),
        notAfter: at(toDay),
      })
      await writeIdentity(folder, passTypeIdentifier, files)
      return new X509Certificate(files.certificate).fingerprint256
    }
    await issue(-300, 65)
    const instances: TestService[] = []
    const addInstance = async () => {
      const instance = await startTestService({
        databaseUrl,
        env: { CERTIFICATES_DIR: folder, OUTBOUND_ALLOW: 'n8n.example.com' },
        overrides: () => ({ now: () => now, post: network.post }),
      })
      onTestFinished(instance.stop)
      instances.push(instance)
    }
    for (let count = 0; count < (name === 'postgres' ? 3 : 1); count += 1) await addInstance()
    return {
      instances,
      network,
      issue,
      addInstance,
      /** Lets the days pass, one after the other; every instance does each day what it does every minute. */
      goTo: async (day: number) => {
        while (now < new Date(start.getTime() + day * DAY_MS)) {
          now = new Date(now.getTime() + DAY_MS)
          await Promise.all(
            instances.map(async ({ ctx }) => {
              await ctx.identityFolder.refresh(now)
              await publishExpiringCertificates(ctx)
            }),
          )
        }
      },
    }
  }

  it('has one warning at 30, 14, 7, 3 and 1 days, however many instances run and restart', async () => {
    const { instances, network, issue, addInstance, goTo } = await startInstances()
    const [first] = instances as [TestService]
    const anyInstance = (day: number) => instances[day % instances.length] ?? first
    const operator = await first.createKey('unlimited', 'Operator')
    const customer = await first.createKey('pro', 'Customer')
    const stranger = await first.createKey('free', 'Stranger')
    await first.client(operator).createWebhook({ url: HOOK, events: ['certificate.expiring'] })

    const listWarned = async (key: string) => {
      const { events } = await anyInstance(1)
        .client(key)
        .listEvents<Warned>({ type: 'certificate.expiring', limit: 100 })
      return events.map(({ data }) => data)
    }
    const daysOf = async (key: string, id = TEST_PASS_TYPE_ID) =>
      (await listWarned(key))
        .filter(({ passTypeIdentifier }) => passTypeIdentifier === id)
        .map(({ daysLeft }) => daysLeft)
    const create = async (json: object = {}) => {
      const response = await anyInstance(2).fetch('/api/passes', {
        key: customer,
        json: { title: 'Pass', ...json },
      })
      return { response, pass: (await response.clone().json()) as { serialNumber: string } }
    }
    const readSigner = async (instance: TestService, serialNumber: string) => {
      const path = `/api/passes/${serialNumber}?format=pkpass`
      const file = Buffer.from(await (await instance.fetch(path, { key: customer })).arrayBuffer())
      const options = { root: apple.root, at: instance.ctx.now(), programs: false }
      return (await verifyPass(file, options)).signer?.fingerprint256
    }

    const { pass: old } = await create()
    await goTo(34)
    expect(await daysOf(operator)).toEqual([])
    await goTo(59)
    expect(await daysOf(operator)).toEqual([30, 14, 7])

    // Renewed in time: the old one expires without a further word, and old passes are signed anew.
    const renewed = await issue(55, 420)
    await goTo(61)
    await addInstance()
    for (const instance of instances) {
      expect(await readSigner(instance, old.serialNumber)).toBe(renewed)
    }
    expect((await create()).response.status).toBe(201)

    // A second Pass Type ID that only the operator's key and one customer's pass use.
    await issue(60, 150, SECOND)
    await goTo(62)
    expect((await create({ passTypeIdentifier: SECOND })).response.status).toBe(201)
    await goTo(149)
    expect(await daysOf(operator, SECOND)).toEqual([30, 14, 7, 3, 1])
    expect(await daysOf(customer, SECOND)).toEqual([30, 14, 7, 3, 1])
    await goTo(151)
    expect((await create()).response.status).toBe(201)
    expect(
      await readErrorResponse((await create({ passTypeIdentifier: SECOND })).response),
    ).toMatchObject({
      status: 503,
      code: 'certificate_expired',
    })
    expect((await anyInstance(0).fetch('/ready')).status).toBe(200)

    const later = await first.createKey('pro', 'Later')
    await goTo(391)
    expect(await daysOf(operator)).toEqual([30, 14, 7, 30])
    // A key that is made now hears of it once too.
    const latest = await first.createKey('pro', 'Latest')
    await goTo(419)
    const second = [...warningDays].reverse()
    expect(await daysOf(operator)).toEqual([30, 14, 7, ...second])
    expect(await daysOf(customer)).toEqual([30, 14, 7, ...second])
    expect(await daysOf(later)).toEqual(second)
    expect(await daysOf(latest)).toEqual([28, 14, 7, 3, 1])
    // Neither do those know of a Pass Type ID that is not theirs.
    expect([...(await daysOf(later, SECOND)), ...(await daysOf(latest, SECOND))]).toEqual([])
    expect(await listWarned(stranger)).toEqual([])

    // Delivered at least once: the days pass faster than a delivery, whose lease then ends.
    const listHooked = () => {
      const sent = network.sentTo(HOOK)
      return new Map(sent.map(({ headers, body }) => [headers['webhook-id'], body]))
    }
    await waitFor(listHooked, ({ size }) => size >= 13)
    const hooked = [...listHooked().values()].map((body) => JSON.parse(body))
    expect(hooked).toHaveLength(13)
    expect(hooked[0]).toMatchObject({
      type: 'certificate.expiring',
      data: {
        passTypeIdentifier: TEST_PASS_TYPE_ID,
        expiresAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/),
        daysLeft: 30,
      },
    })

    await goTo(421)
    expect((await anyInstance(1).fetch('/ready')).status).toBe(503)
    await issue(421, 800)
    await goTo(422)
    expect((await anyInstance(1).fetch('/ready')).status).toBe(200)
    expect(await daysOf(operator)).toEqual([30, 14, 7, ...second])
  })

  it('is published by a service that starts late, once and with the days that are left', async () => {
    const folder = await createTemporaryFolder()
    await writeIdentity(
      folder,
      TEST_PASS_TYPE_ID,
      await apple.issue({ notAfter: fromNow(10 * DAY_MS) }),
    )
    const databaseUrl = await createDatabase()
    for (let restarts = 0; restarts < 2; restarts += 1) {
      const service = await startTestService({ databaseUrl, env: { CERTIFICATES_DIR: folder } })
      onTestFinished(service.stop)
      const find = () => service.ctx.db.selectFrom('event').select(['type', 'data']).execute()
      const events = await waitFor(find, ({ length }) => length > 0)
      expect(events).toEqual([{ type: 'certificate.expiring', data: expect.any(String) }])
      expect(JSON.parse(events[0]?.data ?? '')).toMatchObject({ daysLeft: 10 })
      await service.ctx.identityFolder.refresh(service.ctx.now())
      await publishExpiringCertificates(service.ctx)
      expect(await find()).toHaveLength(1)
    }
  })
})
