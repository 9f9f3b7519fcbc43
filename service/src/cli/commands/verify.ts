import type { Finding } from '../../apple/verify/report/findings.ts'
import { verifyPass } from '../../apple/verify/verify-pass.ts'
import { type Command, print, printJson } from '../program/command.ts'
import { readPassFile, toPlain } from '../program/pass-file.ts'

export const verify: Command = {
  summary: 'Verify a pass from anywhere as Wallet would: what it refuses, and how to fix it.',
  usage: 'FILE.pkpass [--json]',
  options: { json: { type: 'boolean' } },
  positionals: ['FILE.pkpass'],
  run: async ({ values, positionals: [path = ''] }) => {
    const { accepted, findings } = verifyPass(await readPassFile(path))
    if (!accepted) process.exitCode = 1
    if (values.json) return printJson({ accepted, findings })
    print(...findings.flatMap(formatFinding), summarize(accepted, findings))
  },
}

function formatFinding({ code, level, path, message, fix }: Finding): string[] {
  const place = path === '' ? '' : `  ${toPlain(path)}`
  return [
    `${level === 'refused' ? 'REFUSED' : 'Warning'}  ${code}${place}`,
    `    ${toPlain(message)}`,
    `    ${toPlain(fix)}`,
  ]
}

function summarize(accepted: boolean, findings: readonly Finding[]): string {
  if (!accepted) return 'Wallet would refuse this pass.'
  if (findings.some(({ code }) => code === 'development_signature')) {
    return 'All but the signature of this pass is fine: signed with your own certificate, Wallet would take it.'
  }
  return 'Wallet would take this pass.'
}
