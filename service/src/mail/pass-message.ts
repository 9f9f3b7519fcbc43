import { type EmailRequest, PASS_MEDIA_TYPE } from '@passwright/shared/schema'
import type { Context } from '../context.ts'
import { colorsOf } from '../pass/colors.ts'
import { describePass, fileNameOf, type PassRecord } from '../pass/record.ts'
import { renderPass } from '../pass/render.ts'
import { qrPng } from '../picture/code.ts'
import { wireAddress } from './address.ts'
import type { Message } from './mail.ts'
import { passLetter } from './pass-letter.ts'

/** Wide enough for screens of three pixels a point. */
const QR_PIXELS = 480

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
  const organizationName = spec.organizationName ?? identity.organizationName
  const letter = passLetter(
    {
      locale: spec.locale ?? 'en',
      name,
      subject,
      message,
      title: spec.title ?? spec.logoText ?? organizationName,
      organizationName,
      fields: [],
      colors: colorsOf(spec),
      shareUrl,
      qr: await qrPng(shareUrl, QR_PIXELS),
      state: 'valid',
      development: identity.development,
    },
    ctx.stationery,
  )
  return {
    id,
    senderName: organizationName,
    to: { name, address: wireAddress(to) ?? to },
    letter,
    attachment: { fileName: fileNameOf(record), content: file, contentType: PASS_MEDIA_TYPE },
  }
}
