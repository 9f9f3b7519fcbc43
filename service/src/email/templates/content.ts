import type { Locale } from '@passwright/shared/schema'
import { toSingleLine } from '../../text/plain-text.ts'
import { renderFrame } from './frame.ts'
import { renderPlainText } from './plain-text.ts'

/** An image that the HTML refers to as `cid:`. */
export interface InlineImage {
  cid: string
  fileName: string
  png: Uint8Array
}

/** The content of an email, ready to send. */
export interface EmailContent {
  subject: string
  text: string
  html: string
  images: readonly InlineImage[]
}

/** One part of an email in both versions: a row of the HTML table, and plain text. */
export interface Block {
  html: string
  /** Empty if another block has the text. */
  text: string
}

export interface EmailContentParts {
  locale: Locale
  subject: string
  /** Shown below the subject in the list of emails. */
  preheader: string
  /** On the sheet, from top to bottom. */
  blocks: readonly Block[]
  /** Below the sheet, in small print. */
  footer: readonly Block[]
  images: readonly InlineImage[]
}

/** Builds the content of an email; both versions come from the same blocks, so that they say the same. */
export function buildEmailContent(parts: EmailContentParts): EmailContent {
  const subject = toSingleLine(parts.subject)
  return {
    subject,
    text: renderPlainText([...parts.blocks, ...parts.footer]),
    html: renderFrame({ ...parts, subject, preheader: toSingleLine(parts.preheader) }),
    images: parts.images,
  }
}
