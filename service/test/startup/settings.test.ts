import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { databases } from '../support/databases/databases.ts'
import {
  runCommand,
  spawnService,
  startServiceProcess,
} from '../support/environment/service-process.ts'
import { createTemporaryFolder } from '../support/environment/temporary-folder.ts'

async function startAndFail(env: Record<string, string>): Promise<string[]> {
  const service = await spawnService(env)
  onTestFinished(() => void service.child.kill('SIGKILL'))
  expect(await service.waitForExit()).toBe(1)
  return service.output().trim().split('\n')
}

describe('invalid settings', () => {
  it('are reported all at once, each with its name and the fix, and nothing is started or created', async () => {
    const folder = join(await createTemporaryFolder(), 'data')
    const lines = await startAndFail({
      DATA_DIR: folder,
      PORT: '99999',
      PUBLIC_URL: 'passes.example.com',
      DATABASE_URL: 'mysql://root:geheim@localhost/x',
      DEFAULT_PASS_TYPE_ID: 'com.example',
      OUTBOUND_ALLOW: '10.0.0.0/33, n8n:99999, http://x',
      SIGNER: 'openssl',
      PLAN_FREE_LIMIT: '-1',
      PLAN_PRO_LIMIT: '1e3',
      TRUST_PROXY: 'yes',
      LOG_LEVEL: 'loud',
      CERTIFICATE_PASSWORD_FILE: '/nowhere/secret',
    })
    expect(lines[0]).toBe('Passwright cannot start:')
    const errors = lines.slice(1)
    for (const line of errors) expect(line).toMatch(/^- [A-Z_]+ \S.*\S$/)
    expect([...new Set(errors.map((line) => line.split(' ')[1]))].sort()).toEqual([
      'CERTIFICATE_PASSWORD_FILE',
      'DATABASE_URL',
      'DEFAULT_PASS_TYPE_ID',
      'LOG_LEVEL',
      'OUTBOUND_ALLOW',
      'PLAN_FREE_LIMIT',
      'PLAN_PRO_LIMIT',
      'PORT',
      'PUBLIC_URL',
      'SIGNER',
      'TRUST_PROXY',
    ])
    expect(lines.join('\n')).not.toMatch(/geheim|\n {4}at /)
    await expect(mkdir(folder)).resolves.toBeUndefined()
  })

  const rows: [name: string, values: string[]][] = [
    ['PORT', ['0', '65536', '-1', '3000.5', '0x10', ' 3000', 'http', '1e3', '９']],
    [
      'PUBLIC_URL',
      [
        'ftp://x',
        '//x',
        'https://',
        'https://x/?a=1',
        'https://x/#a',
        'https://ada:geheim@x',
        'https://ada@x/y',
        'javascript:alert(1)',
      ],
    ],
    [
      'DATABASE_URL',
      ['sqlite:', 'sqlite', 'postgres:', 'postgres://', 'file.db', 'postgres://x:99999/y'],
    ],
    ['PLAN_FREE_LIMIT', ['many', '2000000001', '1.5', '99999999999']],
    ['HOST', ['http://0.0.0.0', '0.0.0.0:3000', '!!', '127.0.0.1, ::1']],
    ['TRUST_PROXY', ['21', 'true', '-1', '127.0.0.1']],
    ['LOG_LEVEL', ['INFO', 'verbose']],
    ['SIGNER', ['Native', 'passkit']],
    ['DEFAULT_PASS_TYPE_ID', ['Pass.com.example', 'example']],
    ['SMTP_TLS', ['off', 'Required']],
    [
      'MAIL_FROM',
      [
        'club',
        'Club <club>',
        'a@example.com, b@example.com',
        'Club <a@example.com> <b@example.com>',
        'Club\r\nBcc: eve@example.com <a@example.com>',
      ],
    ],
    ['MAIL_DAILY_LIMIT', ['-1', 'many']],
    ['MAIL_TEMPLATES', ['/nowhere/at/all', '/dev/null']],
    ['SIGNUP', ['yes', 'Open']],
    ['ROLE', ['mailer', 'WEB']],
    ['METRICS', ['yes', '0', '65536']],
  ]
  it.each(rows.flatMap(([name, values]) => values.map((value) => [name, value] as const)))(
    'include %s=%s',
    (name, value) => {
      expect(() => readConfig({ [name]: value })).toThrow(
        new RegExp(`^1 configuration error.*\\n${name} must`),
      )
    },
  )

  const smtpUrls = [
    'mail.example.com',
    'http://x',
    'smtp://',
    'smtp://x/y',
    'smtp://x?a=1',
    'smtp://%@x',
  ]
  it.each(smtpUrls)('include SMTP_URL=%s', (SMTP_URL) => {
    const settings = { SMTP_URL, MAIL_FROM: 'club@example.com' }
    expect(() => readConfig(settings)).toThrow(/^1 configuration error.*\nSMTP_URL must be smtp:/)
  })

  it.each([
    [{ SMTP_URL: 'smtp://x' }, 'MAIL_FROM is required with SMTP_URL'],
    [
      { SMTP_URL: 'smtp://x', MAIL_FROM: 'a@example.com', SMTP_PASSWORD: 'p' },
      'SMTP_PASSWORD needs a user',
    ],
    [
      { SMTP_URL: 'smtp://u:p@x', MAIL_FROM: 'a@example.com', SMTP_PASSWORD: 'p' },
      'SMTP_PASSWORD cannot be used with a password',
    ],
    [{ SIGNUP: 'open' }, 'SIGNUP open needs SMTP_URL'],
    [{ ROLE: 'worker' }, 'ROLE other than all needs PostgreSQL'],
    [{ ROLE: 'web', DATABASE_URL: 'sqlite:x.db' }, 'ROLE other than all needs PostgreSQL'],
  ])('include %j, reported together with every other error', (settings, error) => {
    expect(() => readConfig(settings)).toThrow(`1 configuration error(s):\n${error}`)
    expect(() => readConfig({ ...settings, PORT: 'x' })).toThrow(error)
    expect(() => readConfig({ ...settings, PORT: 'x' })).toThrow('PORT must')
  })

  it('include METRICS at the port of the service', () => {
    const error = 'METRICS and PORT are the same port'
    expect(() => readConfig({ METRICS: '3000' })).toThrow(error)
    expect(() => readConfig({ METRICS: '8080', PORT: '8080' })).toThrow(error)
    expect(readConfig({ METRICS: '9464' }).metrics).toBe(9464)
  })

  it.each([
    [{ SMTP_URL: 'smtp://x' }, { host: 'x', port: 587, secure: false, user: undefined }],
    [{ SMTP_URL: 'smtps://x' }, { port: 465, secure: true }],
    [
      { SMTP_URL: 'smtp://ada%40example.com:p%2Fw@[::1]:25' },
      { host: '::1', port: 25, user: 'ada@example.com', password: 'p/w' },
    ],
    [
      { SMTP_URL: 'smtp://u@x', SMTP_PASSWORD: 'a b' },
      { user: 'u', password: 'a b', tls: 'required' },
    ],
  ])('%j is parsed', (settings, smtp) => {
    const { smtp: read } = readConfig({ ...settings, MAIL_FROM: 'club@example.com' })
    expect(read).toMatchObject(smtp)
  })

  it.each([
    ['club@example.com', { name: undefined, address: 'club@example.com' }],
    ['My Club < club@example.com >', { name: 'My Club', address: 'club@example.com' }],
    ['My Club <club@example.com>', { name: 'My Club', address: 'club@example.com' }],
    [
      '"Club, the best" <club@example.com>',
      { name: 'Club, the best', address: 'club@example.com' },
    ],
  ])('MAIL_FROM=%s is parsed', (MAIL_FROM, sender) => {
    expect(readConfig({ MAIL_FROM }).mailFrom).toEqual(sender)
  })

  it.each([
    'HOST',
    'PORT',
    'PUBLIC_URL',
    'DATABASE_URL',
    'LOG_LEVEL',
    'OUTBOUND_ALLOW',
    'DATABASE_URL_FILE',
    'SMTP_URL',
    'SIGNUP',
    'ROLE',
    'MAIL_TEMPLATES',
  ])('an empty %s counts as unset', (name) => {
    expect(readConfig({ [name]: '' })).toEqual(readConfig({}))
  })
})

describe.each(databases)('a secret in a file on $name', ({ createDatabase }) => {
  it('is read by the service and by its commands, with or without a line break at the end', async () => {
    const folder = await createTemporaryFolder()
    const file = join(folder, 'database-url')
    const databaseUrl = await createDatabase()
    const env = { DATA_DIR: folder, DATABASE_URL_FILE: file }
    await writeFile(file, `${databaseUrl}\n`)
    const service = await startServiceProcess(env)
    onTestFinished(() => void service.child.kill('SIGKILL'))
    await writeFile(file, databaseUrl)
    const output = await runCommand(env, 'keys', 'create', '--name', 'Mine', '--json')
    const { key } = JSON.parse(output) as { key: string }
    const usage = await fetch(`${service.url}/api/auth/usage`, {
      headers: { authorization: `Bearer ${key}` },
    })
    expect(await usage.json()).toMatchObject({ name: 'Mine' })
    await service.stop('SIGTERM')
  })

  it('together with the setting itself is an error, and so is a file that cannot be read', async () => {
    const folder = await createTemporaryFolder()
    const file = join(folder, 'database-url')
    await writeFile(file, await createDatabase())
    const both = { DATABASE_URL: await createDatabase(), DATABASE_URL_FILE: file }
    expect(() => readConfig(both)).toThrow(
      /DATABASE_URL and DATABASE_URL_FILE are both set; keep one/,
    )
    expect(() => readConfig({ DATABASE_URL_FILE: folder })).toThrow(
      /DATABASE_URL_FILE names a file that cannot be read: /,
    )
    await writeFile(file, '')
    expect(() => readConfig({ DATABASE_URL_FILE: file })).toThrow(/DATABASE_URL/)
  })
})
