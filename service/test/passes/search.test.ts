import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { databases } from '../support/databases/databases.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import { createFakeMailer } from '../support/mail/fake-mailer.ts'

describe.each(databases)('a search for passes on $name', ({ createDatabase }) => {
  let service: TestService
  let key: string

  beforeAll(async () => {
    service = await startTestService({
      databaseUrl: await createDatabase(),
      env: { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'club@example.com' },
      overrides: () => ({ mailer: createFakeMailer() }),
    })
  })
  afterAll(() => service.stop())
  beforeEach(async () => {
    key = await service.createKey()
  })

  const create = async (body: object) =>
    (await service.client(key).createPass({ title: 'Pass', ...body })).serialNumber
  const find = async (q: string, query: object = {}) => {
    const { passes } = await service.client(key).listPasses({ q, limit: 100, ...query })
    return passes.map(({ serialNumber }) => serialNumber)
  }

  it.each([
    ['the title', 'river'],
    ['the title in another case', 'RIVERSIDE'],
    ['the own id', 'member-10'],
    ['a part of the own id', '1042'],
    ['a value', 'ada'],
    ['several words in any order', 'exam ada riverside'],
    ['a field value that is a number', '120'],
    ['letters with marks', 'Müll'],
    ['letters composed otherwise', 'Mu\u0308ll'],
    ['a capital of ß', 'BAHNSTRASSE'],
    ['ß itself', 'Bahnstraße'],
    ['a Greek word in capitals', 'ΟΔΟΣ'],
    ['the beginning of a Greek word', 'οδοσ'],
    ['the beginning of an email address', 'grace@exa'],
    ['a whole email address in another case', 'Grace@Example.com'],
    ['letters beyond ASCII', 'бил'],
  ])('finds a pass by %s', async (_, q) => {
    const serial = await create({
      title: 'Riverside Club',
      externalId: 'member-1042',
      value: 'Ada Example',
      headerFields: [{ label: 'Points', value: 120 }],
      backFields: [{ value: 'Herr Müller, Bahnstraße 7' }, { value: 'Билет, οδος' }],
      email: { to: 'grace@example.com' },
    })
    await create({ title: 'Other', externalId: 'x-1' })
    expect(await find(q)).toEqual([serial])
  })

  it('finds a pass by a word that an earlier version stored with its ß', async () => {
    const serial = await create({ value: 'Marktstraße' })
    await service.ctx.db
      .updateTable('search_word')
      .set({ word: 'marktstraße' })
      .where('pass', '=', ({ selectFrom }) =>
        selectFrom('search_pass').select('number').where('serial_number', '=', serial),
      )
      .where('word', '=', 'marktstrasse')
      .execute()
    expect(await find('Marktstraße')).toEqual([serial])
    expect(await find('Marktstrasse')).toEqual([])
  })

  it.each(['iverside', 'ada missing', 'example.org', '%', "x' or 1=1 --", '@', 'Points'])(
    'for %s finds nothing',
    async (q) => {
      await create({
        title: 'Riverside',
        value: 'Ada',
        headerFields: [{ label: 'Points', value: 1 }],
      })
      expect(await find(q)).toEqual([])
    },
  )

  it('finds what a pass says now, and only passes of this key', async () => {
    const serial = await create({ externalId: 'm-1', value: 'Ada' })
    await service.client(key).patchPass(serial, { value: 'Grace' })
    expect([await find('ada'), await find('grace'), await find('m-1')]).toEqual([
      [],
      [serial],
      [serial],
    ])
    key = await service.createKey()
    expect(await find('grace')).toEqual([])
  })

  it('goes page by page, together with other filters', async () => {
    for (let n = 0; n < 7; n += 1)
      await create({ value: `Ada ${n}`, metadata: { odd: `${n % 2}` } })
    const first = await service.client(key).listPasses({ q: 'ada', limit: 4 })
    const cursor = first.nextCursor ?? ''
    const second = await service.client(key).listPasses({ q: 'ada', limit: 4, cursor })
    expect([first.passes.length, second.passes.length, second.nextCursor]).toEqual([4, 3, null])
    expect(await find('ada', { metadata: { odd: '1' } })).toHaveLength(3)
  })

  it('finds passes among more than it looks at one by one, newest first', async () => {
    const last = await create({ value: 'common rare' })
    const { db } = service.ctx
    const row = await db
      .selectFrom('pass')
      .selectAll()
      .where('serial_number', '=', last)
      .executeTakeFirstOrThrow()
    const { owner } = await db
      .selectFrom('search_pass')
      .select('owner')
      .where('serial_number', '=', last)
      .executeTakeFirstOrThrow()
    const copies = Array.from({ length: 1_500 }, (_, n) => `00000000-0000-4000-8000-${n + 1e11}`)
    for (let at = 0; at < copies.length; at += 100) {
      const serials = copies.slice(at, at + 100)
      const toRow = (serial: string) => ({ ...row, serial_number: serial, token: serial })
      await db.insertInto('pass').values(serials.map(toRow)).execute()
      const numbered = await db
        .insertInto('search_pass')
        .values(serials.map((serial_number) => ({ owner, serial_number })))
        .returning('number')
        .execute()
      await db
        .insertInto('search_word')
        .values(numbered.map(({ number }) => ({ owner, word: 'common', pass: number })))
        .execute()
    }
    expect(await find('comm')).toHaveLength(100)
    expect(await find('common rar')).toEqual([last])
    expect(await find('comm missing')).toEqual([])
  })

  it('with deleted=true or false shows one kind, and without both', async () => {
    const [kept, deleted] = [await create({ value: 'Ada' }), await create({ value: 'Ada' })]
    await service.client(key).deletePass(deleted)
    expect(await find('ada', { deleted: false })).toEqual([kept])
    expect(await find('ada', { deleted: true })).toEqual([deleted])
    expect((await find('ada')).toSorted()).toEqual([kept, deleted].toSorted())
  })
})
