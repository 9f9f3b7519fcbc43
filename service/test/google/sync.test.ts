import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { databases } from '../support/databases/databases.ts'
import { waitFor } from '../support/environment/wait-for.ts'
import { type GoogleService, startGoogleService } from '../support/google/google-service.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

const permissionDenied = {
  status: 403,
  json: {
    error: {
      code: 403,
      message: 'Permission denied.',
      errors: [{ reason: 'permissionDenied', domain: 'walletobjects' }],
    },
  },
}

describe.each(databases)('what Google holds of a pass on $name', ({ createDatabase }) => {
  let running: GoogleService

  beforeEach(async () => {
    running = await startGoogleService({ databaseUrl: await createDatabase() })
  })
  afterEach(() => running.stop())

  const readValue = (pass: { serialNumber: string }) => {
    const { textModulesData } = running.read(pass) ?? {}
    return JSON.stringify(textModulesData)
  }

  it('follows changes, voids and deletions; ten changes at once are one request', async () => {
    const { google, client, createTapped, read, waitUntilIdle, freeze } = running
    const pass = await createTapped({ value: '0' })
    freeze()
    const { serialNumber } = pass
    for (let count = 1; count <= 10; count += 1) {
      await client.patchPass(serialNumber, { value: `change ${count}` })
    }
    await waitUntilIdle()
    expect(readValue(pass)).toContain('change 10')
    expect(google.listCalls()).toHaveLength(1)

    await client.voidPass(serialNumber)
    await waitUntilIdle()
    expect(read(pass)).toMatchObject({ state: 'INACTIVE' })
    await client.unvoidPass(serialNumber)
    await waitUntilIdle()
    expect(read(pass)).toMatchObject({ state: 'ACTIVE' })
    await client.deletePass(serialNumber)
    await waitUntilIdle()
    expect(read(pass)).toMatchObject({ state: 'EXPIRED' })
  })

  it('is asked nothing of a pass that nobody has tapped, nor when nothing differs there', async () => {
    const { google, client, createTapped, waitUntilIdle } = running
    const untapped = await client.createPass({ title: 'Club', value: '1' })
    await client.patchPass(untapped.serialNumber, { value: '2' })
    await client.sendMessage(untapped.serialNumber, 'Hello')
    const { serialNumber } = await createTapped({ value: '1' })
    await client.patchPass(serialNumber, { metadata: { source: 'import' } })
    await waitUntilIdle()
    expect(google.calls).toEqual([])
  })

  it('waits for a right that is missing, says so in /ready, and follows once it is granted', async () => {
    const { google, client, createTapped, waitUntilIdle, listJobs, getWarnings } = running
    const pass = await createTapped({ value: '1' })
    google.setFault(({ path }) => (path.includes('/walletobjects/') ? permissionDenied : undefined))
    await client.patchPass(pass.serialNumber, { value: '2' })
    await waitFor(listJobs, ([job]) => job?.reason?.includes('Permission denied.') === true)
    expect(await getWarnings()).toContainEqual(expect.stringMatching(/^google: .*1 waiting/))
    // However often it is tried, it is not given up.
    for (let count = 0; count < 3; count += 1) running.advance(15 * MINUTE_MS)
    google.setFault(() => undefined)
    running.advance(15 * MINUTE_MS)
    await waitUntilIdle()
    expect(readValue(pass)).toContain('"2"')
    running.advance(2_000)
    expect(await getWarnings()).not.toContainEqual(expect.stringMatching(/^google: /))
  })

  it.each([
    ['a quota', { status: 429, headers: { 'retry-after': '7' } }],
    [
      'a quota in the form of a right',
      { status: 403, json: { error: { code: 403, status: 'RESOURCE_EXHAUSTED' } } },
    ],
    ['an error of Google’s', { status: 500 }],
    ['a lost answer', 'lose the answer'],
    ['a revoked token', { status: 401 }],
  ] as const)('arrives in spite of %s', async (_, fault) => {
    const { google, client, createTapped, waitUntilIdle, listJobs } = running
    const pass = await createTapped({ value: '1' })
    google.setFault(({ path }) => (path.includes('genericObject') ? fault : undefined))
    await client.patchPass(pass.serialNumber, { value: '2' })
    await waitFor(listJobs, ([job]) => job !== undefined && job.reason !== null)
    google.setFault(() => undefined)
    running.advance(15 * MINUTE_MS)
    await waitUntilIdle()
    expect(readValue(pass)).toContain('"2"')
  })

  it('gets another token when one was revoked, and asks for it once', async () => {
    const { google, client, createTapped, waitUntilIdle } = running
    const pass = await createTapped({ value: '1' })
    google.revokeTokens()
    await client.patchPass(pass.serialNumber, { value: '2' })
    await waitUntilIdle()
    expect(readValue(pass)).toContain('"2"')
    expect(google.calls.filter(({ path }) => path === '/token')).toHaveLength(1)
  })

  it('fails with Google’s words when it will never be taken, and later changes are sent again', async () => {
    const { google, client, createTapped, waitUntilIdle, listJobs } = running
    const pass = await createTapped({ value: '1' })
    const error = { code: 400, message: 'Invalid value at header' }
    google.setFault(({ method }) =>
      method === 'PATCH' ? { status: 400, json: { error } } : undefined,
    )
    await client.patchPass(pass.serialNumber, { value: '2' })
    const [failed] = await waitFor(listJobs, ([job]) => job?.state === 'failed')
    expect(failed?.reason).toBe('Google Wallet returned 400: Invalid value at header')
    google.setFault(() => undefined)
    await client.patchPass(pass.serialNumber, { value: '3' })
    await waitUntilIdle()
    expect(readValue(pass)).toContain('"3"')
  })

  it('is inserted again when Google has lost it, and its class', async () => {
    const { google, client, createTapped, waitUntilIdle } = running
    const pass = await createTapped({ value: '1' })
    google.objects.clear()
    google.classes.clear()
    await client.patchPass(pass.serialNumber, { value: '2' })
    await waitUntilIdle()
    expect(readValue(pass)).toContain('"2"')
  })

  it('gets messages and change messages, of which three a day notify', async () => {
    const { client, createTapped, read, waitUntilIdle } = running
    const pass = await createTapped({
      secondaryFields: [{ key: 'points', value: 1, changeMessage: 'Now %@ points' }],
    })
    const { serialNumber } = pass
    for (const text of ['one', 'two']) await client.sendMessage(serialNumber, text)
    await waitUntilIdle()
    await client.adjustPass(serialNumber, { field: 'points', by: 5, message: 'Thank you' })
    await waitUntilIdle()
    await client.sendMessage(serialNumber, 'four')
    await waitUntilIdle()
    const list = () => {
      const { messages } = read(pass) ?? {}
      return (Array.isArray(messages) ? messages : []).map(({ body, messageType }) => [
        body,
        messageType,
      ])
    }
    expect(list().toSorted()).toEqual([
      ['Thank you\nNow 6 points', 'TEXT_AND_NOTIFY'],
      ['four', 'TEXT'],
      ['one', 'TEXT_AND_NOTIFY'],
      ['two', 'TEXT_AND_NOTIFY'],
    ])
    // Google never had to refuse one.
    const asked = running.google.calls.filter(({ body }) =>
      JSON.stringify(body).includes('TEXT_AND_NOTIFY'),
    )
    expect(asked).toHaveLength(3)
    running.advance(DAY_MS + MINUTE_MS)
    running.google.notifications.clear()
    for (let count = 5; count <= 12; count += 1) {
      await client.sendMessage(serialNumber, `message ${count}`)
      await waitUntilIdle()
    }
    expect(list()).toHaveLength(10)
    expect(list().at(-1)).toEqual(['message 12', 'TEXT'])
    expect(list()).toContainEqual(['message 5', 'TEXT_AND_NOTIFY'])
  })
})
