import { type EmailRequest, PASS_MEDIA_TYPE } from '@passwright/shared/schema'
import { resolveColors } from '../apple/colors.ts'
import type { Context } from '../context.ts'
import { toAsciiAddress } from '../email/address.ts'
import type { EmailMessage } from '../email/mailer.ts'
import { getPassFileName, type PassRecord, toApiPass } from '../passes/pass.ts'
import { passJsonOf, renderPass } from '../passes/render.ts'
import { getPassStatus, type PassStatus } from '../passes/status.ts'
import { toSingleLine } from '../text/plain-text.ts'
import { renderQrPng } from '../web/barcode-svg.ts'
import { type Card, parseCard } from '../web/pass-card/card.ts'
import { buildPassEmail } from './content.ts'

/** Wide enough for screens of three pixels a point. */
const QR_PIXELS = 480

/** As many as a small card has room for. */
const MOST_FIELDS = 4

/** The mail that brings a pass: the letter, with the current file attached. */
export async function buildPassMessage(
  ctx: Context,
  record: PassRecord,
  id: string,
  { to, name = '', subject, message }: EmailRequest,
): Promise<EmailMessage> {
  const { spec } = record
  const { file, identity } = await renderPass(ctx, record)
  const { shareUrl } = toApiPass(record, ctx.config)
  const reader = { locale: spec.locale ?? 'en', now: ctx.now() }
  const card = parseCard(passJsonOf(record, identity), { images: {}, ...reader })
  const organizationName = spec.organizationName ?? identity.organizationName
  const title = spec.title ?? (spec.logoText || card.fields.primaryFields[0]?.value) ?? ''
  const email = buildPassEmail(
    {
      locale: reader.locale,
      name,
      subject,
      message,
      title,
      organizationName,
      fields: mostTelling(card, title),
      colors: resolveColors(spec),
      shareUrl,
      qr: await renderQrPng(shareUrl, QR_PIXELS),
      state: letterStateOf(getPassStatus(record, identity, reader.now)),
      hasCode: card.code !== undefined,
      development: identity.development,
    },
    ctx.emailTheme,
  )
  return {
    id,
    senderName: toSingleLine(organizationName),
    to: { name: toSingleLine(name), address: toAsciiAddress(to) ?? to },
    email,
    attachment: { fileName: getPassFileName(record), content: file, contentType: PASS_MEDIA_TYPE },
  }
}

/** A few of the texts that Wallet shows on the front. */
function mostTelling({ fields }: Card, title: string) {
  const { headerFields, primaryFields, secondaryFields, auxiliaryFields } = fields
  return [...headerFields, ...primaryFields, ...secondaryFields, ...auxiliaryFields]
    .filter(({ value }) => value !== title && value.trim() !== '')
    .slice(0, MOST_FIELDS)
    .map(({ label, value }) => ({ label, value }))
}

function letterStateOf(standing: PassStatus): 'valid' | 'voided' | 'expired' {
  return standing === 'voided' || standing === 'expired' ? standing : 'valid'
}
