import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createPush } from '../../src/apple/web-service/push.ts'
import { createHttp2Client, type Http2Client } from '../../src/net/http2-client.ts'
import { createTestIdentity } from '../support/certificates/test-apple.ts'
import { databases } from '../support/databases/databases.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import { waitFor } from '../support/environment/wait-for.ts'
import { type FakeApns, startFakeApns } from '../support/phones/fake-apns.ts'
import { createIphone, type Iphone } from '../support/phones/iphone.ts'

const timeouts = { connectMs: 2_000, responseMs: 300, pingMs: 60_000, pingTimeoutMs: 300 }

describe.each(databases)('a push on $name', ({ createDatabase }) => {
  let apns: FakeApns
  let client: Http2Client
  let service: TestService
  let key: string
  let later: number

  beforeEach(async () => {
    later = 0
    apns = await startFakeApns()
    client = createHttp2Client(apns.url, { ca: apns.ca, timeouts })
    service = await startTestService({
      databaseUrl: await createDatabase(),
      env: { PUBLIC_URL: 'https://passes.example.com', APNS_URL: apns.url },
      overrides: () => ({
        now: () => new Date(Date.now() + later),
        push: createPush(client),
        closePush: () => client.close(),
      }),
    })
    key = await service.createKey()
  })
  afterEach(async () => {
    await service.stop()
    await apns.close()
  })

  const createInstalled = async (phones: Iphone[] = [createPhone()]) => {
    const { serialNumber } = await service.client(key).createPass({ title: 'Club' })
    const file = await service.client(key).getPassFile(serialNumber)
    for (const phone of phones) expect(await phone.add(file)).toBe(201)
    return { serialNumber, phones, phone: phones[0] ?? createPhone() }
  }
  const createPhone = () => createIphone({ serviceUrl: service.url })
  const patch = (serialNumber: string, value: string) =>
    service.client(key).patchPass(serialNumber, { value })
  const listJobs = () =>
    service.ctx.db
      .selectFrom('job')
      .select(['state', 'claim', 'attempts', 'reason', 'run_at as runAt'])
      .where('kind', '=', 'push')
      .execute()
  const waitForPushes = (count: number) =>
    waitFor(
      () => apns.pushes.length,
      (length) => length >= count,
    )
  const waitForJobs = (state: 'none' | 'waiting again' | 'failed') =>
    waitFor(listJobs, (jobs) =>
      state === 'none'
        ? jobs.length === 0
        : jobs.length > 0 &&
          jobs.every((job) => (state === 'failed' ? job.state === 'failed' : job.reason !== null)),
    )
  const getInstalls = async (serialNumber: string) =>
    (await service.client(key).getPass(serialNumber)).installs
  const getWarnings = async () =>
    ((await (await service.fetch('/ready')).json()) as { warnings: string[] }).warnings

  it('wakes every phone with the pass, over one connection with its own certificate', async () => {
    const { serialNumber, phones } = await createInstalled([createPhone(), createPhone()])
    expect(await patch(serialNumber, '1')).toMatchObject({ notifiedDevices: 2 })
    await waitForPushes(2)
    expect(apns.pushes.map(({ token }) => token).toSorted()).toEqual(
      phones.map(({ pushToken }) => pushToken).toSorted(),
    )
    const [identity] = service.ctx.identities()
    for (const push of apns.pushes) {
      expect(push).toMatchObject({
        body: '{}',
        topic: identity?.passTypeIdentifier,
        fingerprint: identity?.certificate.fingerprint256,
      })
    }
    await waitForJobs('none')
    await patch(serialNumber, '2')
    await waitForPushes(4)
    expect(apns.sessions()).toBe(1)
    for (const phone of phones) expect(await phone.update()).toEqual([serialNumber])
  })

  it('is not made for a change that changes nothing', async () => {
    const { serialNumber } = await createInstalled()
    await patch(serialNumber, '1')
    await waitForPushes(1)
    expect(await patch(serialNumber, '1')).toMatchObject({ notifiedDevices: 0, unchanged: true })
    await waitForJobs('none')
    expect(apns.pushes).toHaveLength(1)
  })

  it('follows every kind of change: externalId, void, unvoid, delete', async () => {
    const { serialNumber: _, phone } = await createInstalled()
    const made = await service.client(key).createPass({ title: 'Club', externalId: 'e' })
    await phone.add(await service.client(key).getPassFile(made.serialNumber))
    const changes = [
      () => service.client(key).createPass({ title: 'New', externalId: 'e' }),
      () => service.client(key).voidPass(made.serialNumber),
      () => service.client(key).unvoidPass(made.serialNumber),
      () => service.client(key).deletePass(made.serialNumber),
    ]
    for (const [index, change] of changes.entries()) {
      await change()
      await waitForPushes(index + 1)
      await waitForJobs('none')
    }
    expect(apns.pushes).toHaveLength(4)
  })

  it('is one for ten changes while Apple cannot be reached, and made when it can', async () => {
    const { serialNumber, phone } = await createInstalled()
    apns.respond(() => 'hang up')
    for (let index = 1; index <= 10; index += 1)
      expect(await patch(serialNumber, String(index))).toMatchObject({ notifiedDevices: 1 })
    const [job] = await waitForJobs('waiting again')
    expect(job?.reason).toContain('cannot be reached')
    expect((await getWarnings()).join()).toContain('push: ')
    apns.respond(() => undefined)
    const before = apns.pushes.length
    later += 15 * 60_000
    await waitForPushes(before + 1)
    await waitForJobs('none')
    expect(apns.pushes).toHaveLength(before + 1)
    expect(await phone.update()).toEqual([serialNumber])
    expect((await getWarnings()).join()).not.toContain('push: ')
  })

  it('is one for each phone after more than a day without Apple, and none is given up', async () => {
    const { serialNumber, phones } = await createInstalled([createPhone(), createPhone()])
    const other = await service.client(key).createPass({ title: 'Other' })
    for (const phone of phones)
      await phone.add(await service.client(key).getPassFile(other.serialNumber))
    apns.respond(() => 'hang up')
    for (let hours = 2; hours <= 26; hours += 2) {
      const before = apns.pushes.length
      await patch(serialNumber, String(hours))
      await patch(other.serialNumber, String(hours))
      await waitForPushes(before + 1)
      // The next change comes when nothing is on its way to Apple.
      await waitFor(listJobs, (jobs) => jobs.every(({ claim }) => claim === null))
      later += 2 * 3_600_000
    }
    expect((await listJobs()).map(({ state }) => state)).not.toContain('failed')

    const delivered: string[] = []
    apns.respond(({ token }) => void delivered.push(token))
    later += 3_600_000
    await waitForJobs('none')
    expect(delivered.toSorted()).toEqual(phones.map(({ pushToken }) => pushToken).toSorted())
    for (const phone of phones) {
      expect(await phone.update()).toHaveLength(2)
      for (const { passJson } of phone.wallet.values())
        expect(JSON.stringify(passJson)).toContain('"value":"26"')
    }
  })

  it('is made again for a change during a push', async () => {
    const { serialNumber } = await createInstalled()
    let isFirst = true
    apns.respond(() => {
      const response = isFirst ? 'silence' : undefined
      isFirst = false
      return response
    })
    await patch(serialNumber, '1')
    await waitForPushes(1)
    await patch(serialNumber, '2')
    await waitForPushes(3)
    await waitForJobs('none')
  })

  it('forgets a token that Apple calls gone, and reports the pass as removed', async () => {
    const { serialNumber, phone } = await createInstalled()
    const timestamp = Date.now() + 60_000
    apns.respond(({ token }) =>
      token === phone.pushToken ? { status: 410, reason: 'Unregistered', timestamp } : undefined,
    )
    await patch(serialNumber, '1')
    await waitFor(
      () => getInstalls(serialNumber),
      (installs) => installs === 0,
    )
    expect(await patch(serialNumber, '2')).toMatchObject({ notifiedDevices: 0 })
    const { events } = await service.client(key).listEvents({ type: 'pass.removed' })
    expect(events).toMatchObject([{ data: { serialNumber, installs: 0, wallet: 'apple' } }])
    expect(await service.ctx.db.selectFrom('device').select('id').execute()).toEqual([])
  })

  it('keeps a device that registered again after Apple found its token gone', async () => {
    const { serialNumber, phone } = await createInstalled()
    const timestamp = Date.now() - 60_000
    apns.respond(() => ({ status: 410, reason: 'ExpiredToken', timestamp }))
    await patch(serialNumber, '1')
    await waitForPushes(1)
    await waitForJobs('none')
    expect(await getInstalls(serialNumber)).toBe(1)
    // The new token gets a push for what the old one missed.
    apns.respond(() => undefined)
    expect(await phone.registerAgain('beef')).toEqual([200])
    await waitForPushes(2)
    expect(apns.pushes.at(-1)?.token).toBe('beef')
  })

  it('keeps a device that got a new token during the push to its old one', async () => {
    const { serialNumber, phone } = await createInstalled()
    const old = phone.pushToken
    // Apple's clock is ahead, so that only the token tells.
    const timestamp = Date.now() + 60_000
    apns.respond(async ({ token }) => {
      if (token !== old) return undefined
      expect(await phone.registerAgain('beef')).toEqual([200])
      return { status: 410, reason: 'Unregistered', timestamp }
    })
    await patch(serialNumber, '1')
    await waitForPushes(2)
    await waitForJobs('none')
    expect(apns.pushes.at(-1)?.token).toBe('beef')
    expect(await getInstalls(serialNumber)).toBe(1)
  })

  it.each([
    { status: 403, reason: 'BadCertificate' },
    { status: 403, reason: 'BadCertificateEnvironment' },
    { status: 403, reason: 'Forbidden' },
    { status: 400, reason: 'TopicDisallowed' },
    { status: 400, reason: 'BadTopic' },
  ])('pauses and warns for $status $reason, and forgets nobody', async (response) => {
    const { serialNumber, phone } = await createInstalled()
    apns.respond(() => response)
    await patch(serialNumber, '1')
    const [job] = await waitForJobs('waiting again')
    expect(job).toMatchObject({ attempts: 0, reason: expect.stringContaining(response.reason) })
    expect((await getWarnings()).join()).toContain('push: phones are not told')
    expect((await getWarnings()).join()).not.toContain(response.reason)
    expect(await getInstalls(serialNumber)).toBe(1)
    const before = apns.pushes.length
    apns.respond(() => undefined)
    later += 2 * 60_000
    await waitForPushes(before + 1)
    await waitForJobs('none')
    await waitFor(getWarnings, (warnings) => !warnings.join().includes('push: '))
    expect(await phone.update()).toEqual([serialNumber])
  })

  it.each([
    { status: 429, reason: 'TooManyRequests' },
    { status: 500, reason: 'InternalServerError' },
    { status: 503, reason: 'ServiceUnavailable' },
    { status: 503, reason: 'Shutdown' },
  ])('is made again later for $status $reason, while other phones get theirs', async (response) => {
    const busy = createPhone()
    const { serialNumber } = await createInstalled([busy, createPhone(), createPhone()])
    apns.respond(({ token }) => (token === busy.pushToken ? response : undefined))
    await patch(serialNumber, '1')
    await waitForPushes(3)
    const [job] = await waitForJobs('waiting again')
    expect(job).toMatchObject({ attempts: 1, reason: expect.stringContaining(response.reason) })
    apns.respond(() => undefined)
    later += 10_000
    await waitForPushes(4)
    await waitForJobs('none')
  })

  it('gives up for one phone whose token is for another app, and tells the others', async () => {
    const strange = createPhone()
    const { serialNumber } = await createInstalled([strange, createPhone()])
    apns.respond(({ token }) =>
      token === strange.pushToken ? { status: 400, reason: 'DeviceTokenNotForTopic' } : undefined,
    )
    await patch(serialNumber, '1')
    await waitForPushes(2)
    await waitForJobs('failed')
    expect(await getInstalls(serialNumber)).toBe(2)
    expect((await getWarnings()).join()).not.toContain('push: ')
  })

  it.each(['silence', 'hang up', 'go away'] as const)(
    'outlives a connection that ends with %s',
    async (misbehaviour) => {
      const { serialNumber } = await createInstalled([createPhone(), createPhone(), createPhone()])
      let count = 0
      apns.respond(() => {
        count += 1
        return count === 2 ? misbehaviour : undefined
      })
      await patch(serialNumber, '1')
      await waitForJobs('none')
      await patch(serialNumber, '2')
      await waitForJobs('none')
      const answered = apns.pushes.length
      expect(answered).toBeGreaterThanOrEqual(6)
      expect(apns.sessions()).toBeLessThanOrEqual(3)
    },
  )

  it('goes out with a renewed certificate over a new connection', async () => {
    const { serialNumber } = await createInstalled()
    await patch(serialNumber, '1')
    await waitForJobs('none')
    const [old] = service.ctx.identities()
    const { identity } = await createTestIdentity({
      passTypeIdentifier: old?.passTypeIdentifier ?? '',
    })
    Object.assign(service.ctx, { identities: () => [{ ...identity, development: true }] })
    await patch(serialNumber, '2')
    await waitForPushes(2)
    expect(apns.pushes.at(-1)?.fingerprint).toBe(identity.certificate.fingerprint256)
    expect(apns.sessions()).toBe(2)
  })

  it('finds a phone that added an older file of the pass', async () => {
    const { serialNumber } = await service.client(key).createPass({ title: 'Club' })
    const file = await service.client(key).getPassFile(serialNumber)
    await patch(serialNumber, 'newer')
    const phone = createPhone()
    await phone.add(file)
    await waitForPushes(1)
    expect(await phone.update()).toEqual([serialNumber])
    expect(JSON.stringify(phone.wallet.get(serialNumber)?.passJson)).toContain('newer')
  })
})

describe('a push', () => {
  it('is not sent to Apple with the development certificate, and the operator is warned', async () => {
    let pushes = 0
    const service = await startTestService({
      env: { PUBLIC_URL: 'https://passes.example.com' },
      overrides: () => ({
        push: async () => {
          pushes += 1
          return { result: 'delivered' }
        },
      }),
    })
    try {
      const key = await service.createKey()
      const { serialNumber } = await service.client(key).createPass({ title: 'Club' })
      const phone = createIphone({ serviceUrl: service.url })
      await phone.add(await service.client(key).getPassFile(serialNumber))
      await service.client(key).patchPass(serialNumber, { value: '1' })
      const readWarnings = async () => (await service.fetch('/ready')).text()
      await waitFor(readWarnings, (text) => text.includes('push: phones are not told'))
      expect(pushes).toBe(0)
    } finally {
      await service.stop()
    }
  })
})
