import { z } from 'zod'
import { about } from './about.ts'
import { filledText, text } from './text.ts'

/** What a caller's subject and message may have filled in, as `{{name}}`. */
export const placeholders = ['name', 'title', 'organizationName'] as const
export type Placeholder = (typeof placeholders)[number]

const atom = "[\\p{L}\\p{M}\\p{N}!#$%&'*+/=?^_`{|}~-]+"
const label = '[\\p{L}\\p{N}](?:[\\p{L}\\p{M}\\p{N}-]*[\\p{L}\\p{M}\\p{N}])?'
const addressPattern = new RegExp(
  `^(?=.{1,254}$)(?=.{1,64}@)${atom}(?:\\.${atom})*@(?:localhost|${label}(?:\\.${label})*\\.(?=[^.]*\\p{L})${label})$`,
  'u',
)

/**
 * One e-mail address and nothing else: a dot-atom, `@`, a host name (RFC 5321, 4.1.2; letters of
 * all languages by RFC 6531). Quoted parts, comments, groups and lists are refused: mail programs
 * do not agree on whom they mean.
 */
export const EmailAddress = z.string().refine((value) => addressPattern.test(value), {
  error: 'must be one e-mail address, such as ada@example.com',
})

/** What the mail with a pass shall be. */
export const EmailRequest = z.strictObject({
  to: about('email.to', EmailAddress),
  name: about('email.name', text(128)).optional(),
  subject: about('email.subject', withPlaceholders(filledText(200))).optional(),
  message: about('email.message', withPlaceholders(text(10_000))).optional(),
})
export type EmailRequest = z.infer<typeof EmailRequest>

export const emailStatuses = ['queued', 'sent', 'failed'] as const

/** One mail with a pass, as `GET /api/emails/<id>` tells of it. */
export const Email = z
  .strictObject({
    emailId: z.string(),
    serialNumber: z.string(),
    to: z.string(),
    status: z.enum(emailStatuses),
    reason: z
      .string()
      .meta({ description: 'What the mail server said last, when it did not take the mail.' })
      .optional(),
    createdAt: z.iso.datetime({ precision: 3 }),
    lastUpdated: z.iso.datetime({ precision: 3 }),
  })
  .meta({ id: 'Email' })
export type Email = z.infer<typeof Email>

/** The same as a pass carries its last one. */
export const PassEmail = Email.pick({ emailId: true, to: true, status: true, reason: true }).meta({
  id: 'PassEmail',
  description: 'The last mail with the pass.',
})
export type PassEmail = z.infer<typeof PassEmail>

/** What the call that asked for a mail is told. */
export const QueuedEmail = Email.pick({ emailId: true, status: true }).meta({ id: 'QueuedEmail' })
export type QueuedEmail = z.infer<typeof QueuedEmail>

/** Finds every `{{…}}` in a text: what stands between the braces. */
export function placeholdersIn(value: string): string[] {
  return [...value.matchAll(placeholderPattern)].map(([, name = '']) => name.trim())
}

/** Writes a text with its `{{…}}` filled in; one that nobody knows stays as it is. */
export function fillPlaceholders(value: string, words: Record<Placeholder, string>): string {
  return value.replace(placeholderPattern, (braces, between: string) => {
    const name = between.trim()
    return isPlaceholder(name) ? words[name] : braces
  })
}

/** Tells whether we fill it in. */
export function isPlaceholder(name: string): name is Placeholder {
  return (placeholders as readonly string[]).includes(name)
}

const placeholderPattern = /\{\{([\s\S]*?)\}\}/g

function withPlaceholders<T extends z.ZodType<string>>(schema: T) {
  return schema.refine((value) => placeholdersIn(value).every(isPlaceholder), {
    error: `fills in only ${placeholders.map((name) => `{{${name}}}`).join(', ')}; leave other {{…}} out`,
  })
}
