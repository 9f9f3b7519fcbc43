import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { databases } from '../support/databases/databases.ts'
import { type CommandResult, tryCommand } from '../support/environment/service-process.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'

describe.each(databases)('passwright keys on $name', ({ createDatabase: newUrl }) => {
  let service: TestService
  let env: Record<string, string>

  beforeAll(async () => {
    const databaseUrl = await newUrl()
    service = await startTestService({ databaseUrl })
    env = { DATA_DIR: inject('folder'), DATABASE_URL: databaseUrl }
  })
  afterAll(() => service.stop())

  const passwright = (...words: string[]) => tryCommand(env, ...words)
  /** Parses standard output as one JSON document. */
  const parseOutput = ({ exitCode, stdout, stderr }: CommandResult) => {
    expect([exitCode, stderr]).toEqual([0, ''])
    return JSON.parse(stdout)
  }
  const usage = (key: string) => service.fetch('/api/auth/usage', { key })

  it('create, rotate and revoke take effect on the running service at once', async () => {
    const made = parseOutput(
      await passwright('keys', 'create', '--name', 'Zoë’s flow', '--plan', 'pro', '--json'),
    )
    expect(made).toEqual({
      id: expect.stringMatching(/^key_[0-9a-f]{20}$/),
      name: 'Zoë’s flow',
      plan: 'pro',
      key: expect.stringMatching(/^pw_live_[0-9a-f]{48}$/),
    })
    expect(await (await usage(made.key)).json()).toMatchObject({ plan: 'pro', name: 'Zoë’s flow' })
    const { serialNumber } = await service.client(made.key).createPass({ title: 'Pass' })

    const kept = parseOutput(await passwright('keys', 'rotate', made.id, '--keep', '24h', '--json'))
    expect(kept).toEqual({ ...made, key: expect.stringMatching(/^pw_live_[0-9a-f]{48}$/) })
    expect(kept.key).not.toBe(made.key)
    expect([(await usage(made.key)).status, (await usage(kept.key)).status]).toEqual([200, 200])

    const rotated = parseOutput(await passwright('keys', 'rotate', made.id, '--json'))
    const statuses = [made, kept, rotated].map(async ({ key }) => (await usage(key)).status)
    expect(await Promise.all(statuses)).toEqual([401, 401, 200])
    expect(await service.client(rotated.key).getPass(serialNumber)).toMatchObject({ serialNumber })

    const revoked = await passwright('keys', 'revoke', made.id)
    expect(revoked).toEqual({ exitCode: 0, stdout: `Key ${made.id} is revoked.\n`, stderr: '' })
    expect((await usage(rotated.key)).status).toBe(401)
    const again = await passwright('keys', 'revoke', made.id)
    expect([again.exitCode, again.stdout]).toEqual([1, ''])
    expect((await passwright('keys', 'rotate', made.id)).exitCode).toBe(1)
  })

  it('create gives a key without --name the name of its day', async () => {
    const made = parseOutput(await passwright('keys', 'create', '--json'))
    expect(made.name).toMatch(/^Key of \d{4}-\d\d-\d\d$/)
    expect((await usage(made.key)).status).toBe(200)
  })

  it('create, change and rotate keep what a key is limited to', async () => {
    const made = parseOutput(
      await passwright(
        ...['keys', 'create', '--name', 'Form', '--plan', 'pro', '--json'],
        ...['--scope', 'mail,issue', '--expires', '2999-12-31'],
      ),
    )
    const limits = { scopes: ['issue', 'mail'], expiresAt: '2999-12-31T23:59:59.999Z' }
    expect(made).toMatchObject({ name: 'Form', plan: 'pro', ...limits })
    expect(await (await usage(made.key)).json()).toMatchObject(limits)
    const rotated = parseOutput(await passwright('keys', 'rotate', made.id, '--json'))
    expect(await (await usage(rotated.key)).json()).toMatchObject(limits)
    const { stdout } = await passwright('keys', 'list')
    expect(stdout).toMatch(/1 valid +Form +\(only issue,mail\) +\(ends 2999-12-31 23:59 UTC\)$/m)

    const changed = await passwright('keys', 'change', made.id, '--scope', 'all', '--expires', '1s')
    expect(changed.stdout).toMatch(/^Key key_\w+ \(Form\) is changed: ends \d{4}-.* UTC\.\n$/)
    await expect.poll(async () => (await usage(rotated.key)).status).toBe(401)
    expect((await passwright('keys', 'list')).stdout).toMatch(/ended \d{4}-\d\d-\d\d +Form/)
    const again = parseOutput(
      await passwright('keys', 'change', made.id, '--expires', 'never', '--json'),
    )
    expect(again).toMatchObject({ id: made.id, scopes: null, expiresAt: null })
    expect((await usage(rotated.key)).status).toBe(200)
  })

  it('list shows every key without its secrets, as lines or as one JSON document', async () => {
    const { stdout } = await passwright('keys', 'create', '--name', 'Front desk')
    const [, secret = ''] = stdout.trim().split('\n')
    expect(stdout).toMatch(
      /^Key key_\w+ \(Front desk, free\), shown only now:\npw_live_[0-9a-f]{48}\n$/,
    )
    expect((await usage(secret)).status).toBe(200)

    const listed: Record<string, unknown>[] = parseOutput(
      await passwright('keys', 'list', '--json'),
    )
    expect(listed.map(({ name }) => name)).toContain('First key')
    expect(listed.find(({ name }) => name === 'Front desk')).toEqual({
      id: expect.stringMatching(/^key_/),
      name: 'Front desk',
      plan: 'free',
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*\.\d{3}Z$/),
      revokedAt: null,
      scopes: null,
      expiresAt: null,
      secrets: 1,
    })
    const lines = (await passwright('keys', 'list')).stdout
    expect(lines.trim().split('\n')).toHaveLength(listed.length)
    expect(lines).toMatch(/^key_\w+ +free +\d{4}-\d\d-\d\d +1 valid +Front desk$/m)
    expect(lines + JSON.stringify(listed)).not.toContain('pw_live_')
  })
})

describe('a user error on the command line', () => {
  it.each([
    [['keys', 'create', '--name', '  ', '--json'], /Give the key a name/],
    [
      ['keys', 'create', '--name', 'A', '--plan', 'gold'],
      /--plan must be one of: free, pro, unlimited/,
    ],
    [
      ['keys', 'create', '--name', 'A', '--colour', 'red'],
      /--colour.*Usage: passwright keys create \[--name NAME\]/s,
    ],
    [['keys', 'create', 'A'], /takes: no further words/],
    [
      ['keys', 'create', '--scope', 'issue,delete'],
      /--scope must be all, or some of: issue,read,change,mail,webhooks,templates,people/,
    ],
    [
      ['keys', 'create', '--scope', 'issue', '--scope', 'read'],
      /--scope is there twice; give it once/,
    ],
    [
      ['keys', 'create', '--expires', '2020-01-31'],
      /--expires must be a time such as 90d, or a date/,
    ],
    [
      ['keys', 'create', '--expires', '2999-02-30'],
      /--expires must be a time such as 90d, or a date/,
    ],
    [['keys', 'change', 'key_0'], /Give --scope, --expires or both/],
    [['keys', 'change', 'key_0', '--scope', 'all'], /There is no key key_0 to change/],
    [['forget', '--email', 'ada'], /Give the address of the person: --email ada@example.com/],
    [['keys', 'revoke'], /passwright keys revoke takes: ID/],
    [['keys', 'revoke', 'key_0'], /There is no key key_0 to revoke; see: passwright keys list/],
    [['keys', 'rotate', 'key_0', '--keep', 'soon'], /--keep must be a time such as 30m, 24h or 7d/],
    [['keys', 'burn'], /There is no command "keys burn"\..*passwright keys create/s],
    [[], /Which command\?.*passwright start/s],
  ])(
    '%j exits with 1 and an explanation, and prints nothing on standard output',
    async (args, message) => {
      const { exitCode, stdout, stderr } = await tryCommand({ DATA_DIR: inject('folder') }, ...args)
      expect([exitCode, stdout]).toEqual([1, ''])
      expect(stderr).toMatch(message)
      expect(stderr).not.toMatch(/\n\s+at |node:internal/)
    },
  )

  it('in the settings names every wrong variable at once, with the fix', async () => {
    const env = { DATABASE_URL: 'mysql://db', PORT: 'eighty', PUBLIC_URL: 'passes.example.com' }
    const { exitCode, stdout, stderr } = await tryCommand(env, 'keys', 'list', '--json')
    expect([exitCode, stdout]).toEqual([1, ''])
    expect(stderr).toContain('- DATABASE_URL must be sqlite:<file> or postgres://')
    expect(stderr).toContain('- PORT must be a port from 1 to 65535')
    expect(stderr).toContain('- PUBLIC_URL must be an address such as https://')
  })
})
