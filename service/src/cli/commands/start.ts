import type { Command } from '../program/command.ts'

export const start: Command = {
  summary: 'Start the service.',
  usage: '',
  options: {},
  positionals: [],
  run: async () => {
    await import('../../main.ts')
  },
}
