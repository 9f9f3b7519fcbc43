import { diagnose } from '../../doctor/diagnose.ts'
import type { Finding, Level } from '../../doctor/finding.ts'
import { type Command, print, printJson } from '../program/command.ts'

/** Something that was given up may still hold a connection. */
const EXIT_AFTER_MS = 1_000

export const doctor: Command = {
  summary:
    'Find what would make Wallet refuse your passes or keep them from people; changes nothing.',
  usage: '[--json]',
  options: { json: { type: 'boolean' } },
  positionals: [],
  run: async ({ values }) => {
    const diagnosis = await diagnose()
    if (values.json) printJson(diagnosis)
    else print(...diagnosis.findings.map(formatFinding))
    process.exitCode = diagnosis.ok ? 0 : 1
    setTimeout(() => process.exit(), EXIT_AFTER_MS).unref()
  },
}

const marks: Record<Level, string> = { broken: 'BROKEN ', warning: 'warning', ok: 'ok     ' }

function formatFinding({ level, message, fix }: Finding): string {
  return [
    `${marks[level]} `,
    endSentence(message),
    ...(fix === null ? [] : [endSentence(fix)]),
  ].join(' ')
}

function endSentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`
}
