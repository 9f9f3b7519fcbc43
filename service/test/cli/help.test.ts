import { describe, expect, it } from 'vitest'
import { tryCommand } from '../support/environment/service-process.ts'

describe('the help of the command line', () => {
  it.each([[['--help']], [['-h']], [['help']]])(
    '%j is printed on standard output with every command, and exits with 0',
    async (args) => {
      const { exitCode, stdout, stderr } = await tryCommand({ PORT: 'eighty' }, ...args)
      expect([exitCode, stderr]).toEqual([0, ''])
      for (const name of ['start', 'keys create', 'keys rotate', 'mail test', 'jobs retry']) {
        expect(stdout).toMatch(new RegExp(`^  passwright ${name}\\b.*\\n      [A-Z].*\\.$`, 'm'))
      }
    },
  )

  it.each([
    [
      ['keys', '--help'],
      ['keys create', 'keys list', 'keys change', 'keys revoke', 'keys rotate'],
    ],
    [
      ['help', 'keys'],
      ['keys create', 'keys list', 'keys change', 'keys revoke', 'keys rotate'],
    ],
    [['keys', 'rotate', '--help'], ['keys rotate']],
    [['help', 'keys', 'rotate'], ['keys rotate']],
    [['keys', 'rotate', 'key_0', '-h'], ['keys rotate']],
    [['--help', 'mail'], ['mail test']],
    [['start', '--help'], ['start']],
  ])('%j is the help of %j, and runs nothing', async (args, names) => {
    const { exitCode, stdout, stderr } = await tryCommand({}, ...args)
    expect([exitCode, stderr]).toEqual([0, ''])
    const found = [...stdout.matchAll(/^ {2}passwright ([a-z]+(?: [a-z]+)?)/gm)]
    expect(found.map(([, name]) => name)).toEqual(names)
  })
})

describe('the version of the command line', () => {
  it.each([[['--version']], [['-v']]])('%j is printed on standard output', async (args) => {
    const { exitCode, stdout, stderr } = await tryCommand({}, ...args)
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\S*\n$/)
  })
})

describe('a command that does not exist', () => {
  it.each([
    [['keys', 'creat'], 'There is no command "keys creat". Did you mean "keys create"?'],
    [['key', 'list', '--json'], 'There is no command "key list". Did you mean "keys list"?'],
    [['strat'], 'There is no command "strat". Did you mean "start"?'],
    [['job'], 'There is no command "job". Did you mean "jobs"?'],
    [['keys', 'burn'], 'There is no command "keys burn".'],
    [['paint', '--help'], 'There is no command "paint".'],
    [['keys', 'burn', '--help'], 'There is no command "keys burn".'],
    [['keys'], 'Which keys command?'],
    [['constructor'], 'There is no command "constructor".'],
    [[], 'Which command?'],
  ])('%j exits with 1, says which one was probably meant, and lists them', async (args, first) => {
    const { exitCode, stdout, stderr } = await tryCommand({}, ...args)
    expect([exitCode, stdout]).toEqual([1, ''])
    expect(stderr.split('\n')[0]).toBe(first)
    expect(stderr).toMatch(/\n {2}passwright [a-z]+/)
  })
})
