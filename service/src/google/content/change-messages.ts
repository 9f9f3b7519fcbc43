import { chooseStyle, type PassSpec } from '@passwright/shared/schema'
import type { PassJson } from '../../apple/pass-json.ts'
import { listFields, readFields } from './fields.ts'

/** A version of a pass: what it says, and its pass.json. */
interface Version {
  spec: PassSpec
  passJson: PassJson
}

/** Writes the change messages of the values that differ between two versions of a pass, as Wallet does. Pure. */
export function findChangeMessages(before: Version, after: Version): string[] {
  const earlier = new Map(readVersion(before).map(({ key, text }) => [key, text]))
  return readVersion(after).flatMap(({ key, text, changeMessage }) => {
    const was = earlier.get(key)
    if (was === undefined || was === text || !changeMessage?.includes('%@')) return []
    return [changeMessage.replaceAll('%@', () => text)]
  })
}

function readVersion({ spec, passJson }: Version) {
  return listFields(readFields(passJson, chooseStyle(spec), spec.locale ?? 'en'))
}
