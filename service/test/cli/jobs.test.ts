import { describe, expect, it, onTestFinished } from 'vitest'
import { databases } from '../support/databases/databases.ts'
import { runCommand } from '../support/environment/service-process.ts'
import { createTemporaryFolder } from '../support/environment/temporary-folder.ts'
import { startTestService } from '../support/environment/test-service.ts'
import { waitFor } from '../support/environment/wait-for.ts'
import { createFakeMailer } from '../support/mail/fake-mailer.ts'

describe.each(databases)('passwright jobs on $name', ({ createDatabase: newUrl }) => {
  it('list shows failed jobs with their reason, and retry runs them again', async () => {
    const mail = { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'club@example.com' }
    const mailer = createFakeMailer()
    const databaseUrl = await newUrl()
    const service = await startTestService({
      databaseUrl,
      env: mail,
      overrides: () => ({ mailer }),
    })
    onTestFinished(() => service.stop())
    const env = { DATA_DIR: await createTemporaryFolder(), DATABASE_URL: databaseUrl, ...mail }
    expect(await runCommand(env, 'jobs', 'list')).toBe('Nothing has failed, and nothing waits.\n')
    expect(JSON.parse(await runCommand(env, 'jobs', 'list', '--json'))).toEqual([])

    mailer.results.push({ result: 'failed', reason: '550 5.1.1 No such user', outage: false })
    const client = service.client(await service.createKey())
    const made = await client.createPass({ title: 'Club', email: { to: 'ada@example.com' } })
    const { emailId = '' } = made.email ?? {}
    const status = async () => (await client.getEmail(emailId)).status
    await waitFor(status, (now) => now === 'failed')

    const [job, ...others] = JSON.parse(await runCommand(env, 'jobs', 'list', '--json'))
    expect(others).toEqual([])
    expect(job).toEqual({
      id: expect.stringMatching(/^job_[0-9a-f]{20}$/),
      kind: 'email',
      about: emailId,
      owner: expect.stringMatching(/^key_/),
      state: 'failed',
      attempts: 1,
      reason: '550 5.1.1 No such user',
      runAt: expect.any(String),
      createdAt: expect.any(String),
    })
    const list = await runCommand(env, 'jobs', 'list')
    expect(list).toContain(`${job.id}  email ${emailId}  ${job.owner}  failed   1 try`)
    expect(list).toContain('550 5.1.1 No such user')
    expect(list).not.toContain('ada@example.com')

    expect(await runCommand(env, 'jobs', 'retry', job.id)).toContain('is queued again')
    await waitFor(status, (now) => now === 'sent')
    for (const id of [job.id, 'job_0']) {
      const refused = {
        code: 1,
        stderr: expect.stringContaining(`No job ${id} has failed or waits`),
      }
      await expect(runCommand(env, 'jobs', 'retry', id)).rejects.toMatchObject(refused)
    }
  })

  it('list and the log say why a queue is paused, /ready does not: it is public', async () => {
    const mail = { SMTP_URL: 'smtp://press@127.0.0.1:9', MAIL_FROM: 'club@example.com' }
    const reason = '535 5.7.8 Login press refused for the mail to ada@example.com'
    const mailer = createFakeMailer()
    mailer.results.push({ result: 'paused', reason, outage: true })
    const databaseUrl = await newUrl()
    const overrides = () => ({ mailer })
    const service = await startTestService({ databaseUrl, env: mail, overrides })
    onTestFinished(() => service.stop())
    const client = service.client(await service.createKey())
    const ids: string[] = []
    for (let count = 0; count < 2; count += 1) {
      const made = await client.createPass({ title: 'Club', email: { to: 'ada@example.com' } })
      ids.push(made.email?.emailId ?? '')
      await waitFor(
        async () => service.logs.some((line) => line.includes('"outage"')),
        (isLogged) => isLogged,
      )
    }

    const ready = await service.fetch('/ready')
    expect(ready.status).toBe(200)
    const { warnings } = (await ready.json()) as { warnings: string[] }
    const [warning] = warnings.filter((one) => one.startsWith('mail'))
    expect(warning).toMatch(
      /^mail: its jobs do not succeed at the moment \(since \S+Z; 2 waiting, none lost\)\. Read more with: passwright jobs list$/,
    )
    const logged = service.logs.filter((line) => line.includes('"outage"')).join()
    expect(logged).toContain('mail: 535 5.7.8 Login press refused for the mail to [hidden]')

    const env = { DATA_DIR: await createTemporaryFolder(), DATABASE_URL: databaseUrl, ...mail }
    const list = await runCommand(env, 'jobs', 'list')
    expect(list).toMatch(/^mail: 535 5\.7\.8 Login press .*ada@example\.com \(since .*2 waiting/)
    const jobs = JSON.parse(await runCommand(env, 'jobs', 'list', '--json'))
    expect(jobs.map((job: { about: string }) => job.about)).toEqual(ids)
    // The second one has not been tried: it waits for the same reason.
    expect(jobs.map((job: { reason: string }) => job.reason)).toEqual([reason, reason])
  })

  it('drop ends a waiting job, or all of a key, and says how many', async () => {
    const mail = { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'club@example.com' }
    const mailer = createFakeMailer()
    const databaseUrl = await newUrl()
    const overrides = () => ({ mailer })
    const service = await startTestService({ databaseUrl, env: mail, overrides })
    onTestFinished(() => service.stop())
    const env = { DATA_DIR: await createTemporaryFolder(), DATABASE_URL: databaseUrl, ...mail }
    const greylisted = { result: 'retry', reason: '450 Greylisted', outage: false } as const
    mailer.results.push(greylisted, greylisted, greylisted)
    const client = service.client(await service.createKey())
    for (let count = 0; count < 3; count += 1)
      await client.createPass({ title: 'Club', email: { to: 'ada@example.com' } })
    const list = async () => JSON.parse(await runCommand(env, 'jobs', 'list', '--json'))
    const [{ id, owner }] = await waitFor(
      list,
      (jobs) => jobs.length === 3 && jobs.every((job: { attempts: number }) => job.attempts === 1),
    )

    expect(await runCommand(env, 'jobs', 'drop', id)).toContain('1 job dropped')
    expect(await runCommand(env, 'jobs', 'drop', '--key', owner)).toContain('2 jobs dropped')
    expect((await list()).map(({ state }: { state: string }) => state)).toEqual(
      Array(3).fill('failed'),
    )
    expect(mailer.messages).toHaveLength(3)
    for (const [args, message] of [
      [[id], `No job ${id} waits`],
      [['--key', owner], `No job of the key ${owner} waits`],
      [[], 'Name one job, or one API key'],
      [[id, '--key', owner], 'Name one job, or one API key'],
    ] as const) {
      const refused = { code: 1, stderr: expect.stringContaining(message) }
      await expect(runCommand(env, 'jobs', 'drop', ...args)).rejects.toMatchObject(refused)
    }
  })
})
