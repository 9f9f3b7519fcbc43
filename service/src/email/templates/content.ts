import type { Locale } from '@passwright/shared/schema'
import { oneLine } from '../../text/plain-text.ts'
import { frame } from './frame.ts'
import { textVersion } from './plain-text.ts'

/** A picture that the HTML shows as `cid:`. */
export interface InlinePicture {
  cid: string
  fileName: string
  png: Uint8Array
}

/** What every letter is, ready for the mail program. */
export interface Letter {
  subject: string
  text: string
  html: string
  pictures: readonly InlinePicture[]
}

/** One part of a letter, said twice: as a row of the HTML table and as plain text. */
export interface Block {
  html: string
  /** Empty where the text version has it elsewhere. */
  text: string
}

/** What a letter is made of. */
export interface LetterParts {
  locale: Locale
  subject: string
  /** What lists of mails show below the subject. */
  preheader: string
  /** What stands on the sheet, from top to bottom. */
  blocks: readonly Block[]
  /** What stands below the sheet in small print. */
  footer: readonly Block[]
  pictures: readonly InlinePicture[]
}

/** Puts a letter together; both versions come from the same blocks, so that they say the same. */
export function letter(parts: LetterParts): Letter {
  const subject = oneLine(parts.subject)
  return {
    subject,
    text: textVersion([...parts.blocks, ...parts.footer]),
    html: frame({ ...parts, subject, preheader: oneLine(parts.preheader) }),
    pictures: parts.pictures,
  }
}
