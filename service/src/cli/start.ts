import type { Command } from './command.ts'

export const start: Command = {
  summary: 'Start the service.',
  usage: '',
  options: {},
  takes: [],
  run: async () => {
    await import('../main.ts')
  },
}
