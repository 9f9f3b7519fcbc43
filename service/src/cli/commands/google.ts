import { checkGoogle, type GoogleFinding, type GoogleLevel } from '../../google-sync/check.ts'
import { type Command, print, printJson } from '../program/command.ts'
import { withContext } from '../program/context.ts'

export const googleCheck: Command = {
  summary: 'Check whether Google Wallet would take your passes; creates the class that they need.',
  usage: '[--json]',
  options: { json: { type: 'boolean' } },
  positionals: [],
  run: async ({ values }) => {
    const findings = await withContext(checkGoogle)
    const ok = findings.every(({ level }) => level !== 'broken')
    if (values.json) printJson({ ok, findings })
    else print(...findings.map(formatFinding))
    process.exitCode = ok ? 0 : 1
  },
}

const marks: Record<GoogleLevel, string> = { broken: 'BROKEN', note: 'note  ', ok: 'ok    ' }

function formatFinding({ level, message, fix }: GoogleFinding): string {
  const sentences = fix === null ? [message] : [message, fix]
  return `${marks[level]}  ${sentences.map(endSentence).join(' ')}`
}

/** The words of Google have a full stop of their own. */
function endSentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`
}
