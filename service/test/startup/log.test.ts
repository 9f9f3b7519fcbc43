import { describe, expect, it } from 'vitest'
import { createLog } from '../../src/log.ts'
import { createUnknownKey } from '../support/environment/test-service.ts'

describe('the log', () => {
  const key = createUnknownKey()
  const lines: string[] = []
  const log = createLog('trace', { write: (line) => lines.push(line) })
  const secrets: [what: string, write: () => void][] = [
    ['a key in a message', () => log.info(`refused ${key}`)],
    ['a key in a field that is not allowed', () => log.info({ key, body: { key } }, 'x')],
    ['a key in an allowed field', () => log.info({ route: `/x?key=${key}` }, 'x')],
    ['a key in a nested object', () => log.info({ warning: { deep: { er: [key] } } }, 'x')],
    ['a key in an error', () => log.error({ error: new Error(`bad ${key}`) }, 'x')],
    [
      'a key in the cause of an error',
      () => log.error({ error: new Error('x', { cause: new Error(key) }) }, 'x'),
    ],
    [
      'a key in the fields of an error',
      () =>
        log.error(
          { error: Object.assign(new Error('x'), { detail: key, parameters: [key] }) },
          'x',
        ),
    ],
    ['a header', () => log.info({ warning: `Authorization: Bearer ${key}` }, 'x')],
    [
      'a password in a URL',
      () => log.error({ error: new Error(`connect postgres://anna:${key}@db/x`) }, 'x'),
    ],
    ['an email address', () => log.info({ warning: `to ${key}@mail.example` }, 'x')],
    [
      'a quoted value',
      () => log.error({ error: new Error(`invalid input "${key}" for 'it'`) }, 'x'),
    ],
    [
      'a line break in a value',
      () => log.info({ route: '/x\r\n{"level":"fatal"}\u2028' }, 'x\r\ny'),
    ],
    ['terminal colors', () => log.info({ route: '\u001b[31m' }, '\u001b[2J')],
  ]
  it.each(secrets)('hides %s, and writes one line of JSON', (_, write) => {
    lines.length = 0
    write()
    expect(lines).toHaveLength(1)
    expect(lines[0]).not.toContain(key.slice('pw_live_'.length))
    expect(lines[0]?.trimEnd()).not.toMatch(/\p{Control}/u)
    expect(JSON.parse(lines[0] ?? '')).toHaveProperty('time')
  })
})
