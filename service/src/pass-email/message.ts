import { type EmailRequest, PASS_MEDIA_TYPE } from '@passwright/shared/schema'
import { type PlanName, planAllows } from '../accounts/plans.ts'
import type { Identity } from '../apple/certificates/identity.ts'
import { resolveColors } from '../apple/colors.ts'
import { joinChunks } from '../chunked-bytes.ts'
import type { Context } from '../context.ts'
import { toAsciiAddress } from '../email/address.ts'
import type { EmailMessage } from '../email/mailer.ts'
import { buildRecordPassJson, getPassFile } from '../passes/content/render.ts'
import {
  getPassFileName,
  getPassStatus,
  type PassRecord,
  type PassStatus,
  toApiPass,
} from '../passes/store/pass.ts'
import { toSingleLine } from '../text/plain-text.ts'
import { renderQrPng } from '../web/barcode-svg.ts'
import { type Card, parseCard } from '../web/pass-card/card.ts'
import { MAX_CARD_FIELDS } from './card.ts'
import { buildPassEmail, type PassEmailData } from './content.ts'

/** Sharp on screens with three pixels per point. */
const QR_SIZE_PX = 480

/** Builds the message that delivers a pass of a key with this plan, with its current file attached. */
export async function buildPassMessage(
  ctx: Context,
  plan: PlanName,
  record: PassRecord,
  id: string,
  { to, name = '', subject, message }: EmailRequest,
): Promise<EmailMessage> {
  const { spec } = record
  const { file, identity } = await getPassFile(ctx, record)
  const { shareUrl, googleSaveUrl } = toApiPass(record, ctx.config)
  const viewer = { locale: spec.locale ?? 'en', now: ctx.now() }
  const card = parseCard(buildRecordPassJson(record, identity), { images: {}, ...viewer })
  const organizationName = spec.organizationName ?? identity.organizationName
  const title = spec.title ?? (spec.logoText || card.fields.primaryFields[0]?.value) ?? ''
  const email = buildPassEmail(
    {
      locale: viewer.locale,
      name,
      subject,
      message,
      title,
      organizationName,
      fields: selectFields(card, title),
      colors: resolveColors(spec),
      shareUrl,
      googleSaveUrl,
      qr: await renderQrPng(shareUrl, QR_SIZE_PX),
      status: toEmailStatus(getPassStatus(record, identity, viewer.now)),
      hasBarcode: card.barcodes.length > 0,
      development: identity.development,
    },
    ctx.emailTheme,
  )
  return {
    id,
    senderName: toSingleLine(getSenderName(plan, organizationName, identity)),
    to: { name: toSingleLine(name), address: toAsciiAddress(to) ?? to },
    email,
    attachment: {
      fileName: getPassFileName(record),
      content: joinChunks(file),
      contentType: PASS_MEDIA_TYPE,
    },
  }
}

/** On a plan without own texts, callers do not choose the name in the operator's address either. */
function getSenderName(plan: PlanName, organizationName: string, identity: Identity): string {
  return planAllows(plan, 'emailTexts') ? organizationName : identity.organizationName
}

/** Selects the first fields of the front, without the title and empty values. */
function selectFields({ fields }: Card, title: string): PassEmailData['fields'] {
  const { headerFields, primaryFields, secondaryFields, auxiliaryFields } = fields
  return [...headerFields, ...primaryFields, ...secondaryFields, ...auxiliaryFields]
    .filter(({ value }) => value !== title && value.trim() !== '')
    .slice(0, MAX_CARD_FIELDS)
    .map(({ label, value }) => ({ label, value }))
}

function toEmailStatus(status: PassStatus): PassEmailData['status'] {
  return status === 'voided' || status === 'expired' ? status : 'valid'
}
