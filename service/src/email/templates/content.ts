import type { Locale } from '@passwright/shared/schema'
import { toSingleLine } from '../../text/plain-text.ts'
import { renderFrame } from './frame.ts'
import { toPlainTextVersion } from './plain-text.ts'

/** A picture that the HTML shows as `cid:`. */
export interface InlineImage {
  cid: string
  fileName: string
  png: Uint8Array
}

/** What every letter is, ready for the mail program. */
export interface EmailContent {
  subject: string
  text: string
  html: string
  images: readonly InlineImage[]
}

/** One part of a letter, said twice: as a row of the HTML table and as plain text. */
export interface Block {
  html: string
  /** Empty where the text version has it elsewhere. */
  text: string
}

/** What a letter is made of. */
export interface EmailContentParts {
  locale: Locale
  subject: string
  /** What lists of mails show below the subject. */
  preheader: string
  /** What stands on the sheet, from top to bottom. */
  blocks: readonly Block[]
  /** What stands below the sheet in small print. */
  footer: readonly Block[]
  images: readonly InlineImage[]
}

/** Puts a letter together; both versions come from the same blocks, so that they say the same. */
export function buildEmailContent(parts: EmailContentParts): EmailContent {
  const subject = toSingleLine(parts.subject)
  return {
    subject,
    text: toPlainTextVersion([...parts.blocks, ...parts.footer]),
    html: renderFrame({ ...parts, subject, preheader: toSingleLine(parts.preheader) }),
    images: parts.images,
  }
}
