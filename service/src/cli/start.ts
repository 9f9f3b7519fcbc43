import type { Command } from './command.ts'

export const start: Command = {
  summary: 'Start the service.',
  usage: '',
  options: {},
  positionals: [],
  run: async () => {
    await import('../main.ts')
  },
}
