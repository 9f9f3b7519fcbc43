import { trimBlanks } from '@passwright/shared'
import { z } from 'zod'
import { describeField, filledText, Timestamp, text } from './primitives.ts'

/** The placeholders that a caller's subject and message may use, as `{{name}}`. */
export const placeholders = ['name', 'title', 'organizationName'] as const
export type Placeholder = (typeof placeholders)[number]

const atom = "[\\p{L}\\p{M}\\p{N}!#$%&'*+/=?^_`{|}~-]+"
const label = '[\\p{L}\\p{N}](?:[\\p{L}\\p{M}\\p{N}-]*[\\p{L}\\p{M}\\p{N}])?'
const addressPattern = new RegExp(
  `^(?=.{1,254}$)(?=.{1,64}@)${atom}(?:\\.${atom})*@(?:localhost|${label}(?:\\.${label})*\\.(?=[^.]*\\p{L})${label})$`,
  'u',
)

/**
 * One email address and nothing else: a dot-atom, `@`, a host name (RFC 5321, 4.1.2; letters of all
 * languages by RFC 6531). Quoted parts, comments, groups and lists are refused: mail programs
 * disagree on who the recipient of those is. Blanks around it are removed.
 */
export const EmailAddress = z
  .string()
  .overwrite(trimBlanks)
  .refine((value) => addressPattern.test(value), {
    error: 'must be one e-mail address, such as ada@example.com',
  })

/** An email with a pass, as a caller requests it. */
export const EmailRequest = z.strictObject({
  to: describeField('email.to', EmailAddress),
  name: describeField('email.name', text(128)).optional(),
  subject: describeField('email.subject', withPlaceholders(filledText(200))).optional(),
  message: describeField('email.message', withPlaceholders(text(10_000))).optional(),
})
export type EmailRequest = z.infer<typeof EmailRequest>

/** When the email of a create call is sent; `changed` is a new pass too. */
export const emailOccasions = ['always', 'created', 'changed'] as const

/** The email in a create call, which may find the pass as it is already. */
export const CreateEmail = EmailRequest.extend({
  when: describeField('email.when', z.enum(emailOccasions)).optional(),
})
export type CreateEmail = z.infer<typeof CreateEmail>

export const emailStatuses = ['queued', 'sent', 'failed'] as const

/** One email with a pass, as `GET /api/emails/<id>` returns it. */
export const Email = z
  .strictObject({
    emailId: z.string(),
    serialNumber: z.string(),
    to: z.string(),
    status: z.enum(emailStatuses),
    reason: z
      .string()
      .meta({ description: "The mail server's last reply, if it did not accept the email." })
      .optional(),
    createdAt: Timestamp,
    lastUpdated: Timestamp,
  })
  .meta({ id: 'Email' })
export type Email = z.infer<typeof Email>

/** The last email with a pass, as part of that pass. */
export const PassEmail = Email.pick({ emailId: true, to: true, status: true, reason: true }).meta({
  id: 'PassEmail',
  description: 'The last email with this pass.',
})
export type PassEmail = z.infer<typeof PassEmail>

/** The reply to the call that requested an email. */
export const QueuedEmail = Email.pick({ emailId: true, status: true }).meta({ id: 'QueuedEmail' })
export type QueuedEmail = z.infer<typeof QueuedEmail>

/** Finds every placeholder in a text and returns the names between the braces. */
export function findPlaceholders(value: string): string[] {
  return [...value.matchAll(placeholderPattern)].map(([, name = '']) => name.trim())
}

/** Replaces the placeholders in a text with their values; unknown ones are kept. */
export function fillPlaceholders(value: string, values: Record<Placeholder, string>): string {
  return value.replace(placeholderOrGuard, (placeholder, between: string | undefined) => {
    if (between === undefined) return ''
    const name = between.trim()
    return isPlaceholder(name) ? values[name] : placeholder
  })
}

/** Stands beside braces that belong to no placeholder. Unicode keeps it for such uses: no text has it. */
const braceGuard = '\ufdd0'

/** Guards the braces in a part of a text that is inserted, so that they are shown as they are. */
export function protectBraces(text: string): string {
  return text.replaceAll(braceGuard, '').replace(/[{}]/g, `${braceGuard}$&${braceGuard}`)
}

/** Checks that a name is one of our placeholders. */
export function isPlaceholder(name: string): name is Placeholder {
  return (placeholders as readonly string[]).includes(name)
}

const placeholderPattern = /\{\{([\s\S]*?)\}\}/g
const placeholderOrGuard = new RegExp(`${placeholderPattern.source}|${braceGuard}`, 'g')

function withPlaceholders<T extends z.ZodType<string>>(schema: T) {
  return schema.refine((value) => findPlaceholders(value).every(isPlaceholder), {
    error: `can use only ${placeholders.map((name) => `{{${name}}}`).join(', ')}; remove other {{…}}`,
  })
}
