import { type EmailRequest, PASS_MEDIA_TYPE } from '@passwright/shared/schema'
import { colorsOf } from '../apple/colors.ts'
import type { Context } from '../context.ts'
import { wireAddress } from '../email/address.ts'
import type { Message } from '../email/mailer.ts'
import { describePass, fileNameOf, type PassRecord } from '../passes/pass.ts'
import { passJsonOf, renderPass } from '../passes/render.ts'
import { type Standing, standingOf } from '../passes/status.ts'
import { oneLine } from '../text/plain-text.ts'
import { qrPng } from '../web/barcode-svg.ts'
import { type Card, readCard } from '../web/pass-card/card.ts'
import { passLetter } from './content.ts'

/** Wide enough for screens of three pixels a point. */
const QR_PIXELS = 480

/** As many as a small card has room for. */
const MOST_FIELDS = 4

/** The mail that brings a pass: the letter, with the current file attached. */
export async function passMessage(
  ctx: Context,
  record: PassRecord,
  id: string,
  { to, name = '', subject, message }: EmailRequest,
): Promise<Message> {
  const { spec } = record
  const { file, identity } = await renderPass(ctx, record)
  const { shareUrl } = describePass(record, ctx.config)
  const reader = { locale: spec.locale ?? 'en', now: ctx.now() }
  const card = readCard(passJsonOf(record, identity), { images: {}, ...reader })
  const organizationName = spec.organizationName ?? identity.organizationName
  const title = spec.title ?? (spec.logoText || card.fields.primaryFields[0]?.value) ?? ''
  const letter = passLetter(
    {
      locale: reader.locale,
      name,
      subject,
      message,
      title,
      organizationName,
      fields: mostTelling(card, title),
      colors: colorsOf(spec),
      shareUrl,
      qr: await qrPng(shareUrl, QR_PIXELS),
      state: letterStateOf(standingOf(record, identity, reader.now)),
      hasCode: card.code !== undefined,
      development: identity.development,
    },
    ctx.stationery,
  )
  return {
    id,
    senderName: oneLine(organizationName),
    to: { name: oneLine(name), address: wireAddress(to) ?? to },
    letter,
    attachment: { fileName: fileNameOf(record), content: file, contentType: PASS_MEDIA_TYPE },
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

function letterStateOf(standing: Standing): 'valid' | 'voided' | 'expired' {
  return standing === 'voided' || standing === 'expired' ? standing : 'valid'
}
