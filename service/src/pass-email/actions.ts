import type { Badge } from '../email/templates/badge.ts'
import {
  renderAdvice,
  renderAdviceWithImage,
  renderFullLink,
  renderParagraph,
  renderRow,
} from '../email/templates/blocks.ts'
import type { Block, InlineImage } from '../email/templates/content.ts'
import { fontFamily, renderTextAttributes } from '../email/templates/frame.ts'
import { type EmailMessages, fillMessage, type MessageKey } from '../email/templates/messages.ts'
import { escapeHtml } from '../text/html.ts'
import type { PassEmailData } from './content.ts'

/** The badges of one language; Google's only where the operator has it. */
export interface WalletBadges {
  apple: Badge
  google: Badge | undefined
}

const QR_SIZE_PX = 150

/** Renders the badge, and what to do on each kind of device. */
export function renderActions(
  data: PassEmailData,
  messages: EmailMessages,
  badges: WalletBadges,
): Block[] {
  const fill = (key: MessageKey) => fillMessage(messages[chooseKey(key, data)])
  const { shareUrl, googleSaveUrl } = data
  const howWithoutGoogle = data.hasBarcode ? 'androidHow' : 'androidHowWithoutCode'
  return [
    renderBadgeLink(badges.apple, BADGE_CID, shareUrl),
    ...(googleSaveUrl === null ? [] : [renderGoogleLink(googleSaveUrl, messages, badges.google)]),
    renderParagraph(fill('attached')),
    renderAdviceWithImage(
      { html: renderImage(QR_CID, messages.codeAlt, QR_SIZE_PX, QR_SIZE_PX), width: QR_SIZE_PX },
      fill('computer'),
      { html: fill('computerScan').html, text: fill('computerOpen').text },
    ),
    renderAdvice(fill('android'), fill(googleSaveUrl === null ? howWithoutGoogle : 'googleHow')),
    // The plain text version has the link already, below the text of the badge.
    { ...renderFullLink(fill('link'), shareUrl), text: '' },
  ]
}

const BADGE_CID = 'badge@passwright'
const GOOGLE_BADGE_CID = 'google-badge@passwright'
const QR_CID = 'qr-code@passwright'

/** The images that they show, each once. */
export function buildImages(
  { qr, googleSaveUrl }: PassEmailData,
  badges: WalletBadges,
): InlineImage[] {
  const { apple, google } = badges
  return [
    { cid: BADGE_CID, fileName: 'badge.png', png: apple.png },
    ...(google && googleSaveUrl !== null
      ? [{ cid: GOOGLE_BADGE_CID, fileName: 'google-badge.png', png: google.png }]
      : []),
    { cid: QR_CID, fileName: 'qr-code.png', png: qr },
  ]
}

/** Texts that name a wallet or a phone, and what stands there while Google Wallet is on. */
const keysWithGoogle: { [Key in MessageKey]?: MessageKey } = {
  preheader: 'preheaderWithGoogle',
  invitation: 'invitationWithGoogle',
  computerScan: 'computerScanWithGoogle',
  computerOpen: 'computerOpenWithGoogle',
}

/** The text that belongs to the wallets there are. */
export function chooseKey(key: MessageKey, { googleSaveUrl }: PassEmailData): MessageKey {
  return googleSaveUrl === null ? key : (keysWithGoogle[key] ?? key)
}

/** Google's button where the operator has it, else a link in words. */
function renderGoogleLink(url: string, messages: EmailMessages, badge: Badge | undefined): Block {
  if (badge) return renderBadgeLink(badge, GOOGLE_BADGE_CID, url)
  const { text, html } = fillMessage(messages.google)
  const style = `${fontFamily};font-size:16px;line-height:24px;font-weight:bold`
  return {
    text: `${text}:\n${url}`,
    html: renderRow(
      `<a href="${escapeHtml(url)}" ${renderTextAttributes('link', style)}>${html}</a>`,
    ),
  }
}

function renderBadgeLink(badge: Badge, cid: string, url: string): Block {
  const style = `${fontFamily};font-size:16px;line-height:24px;font-weight:bold`
  const image = renderImage(cid, badge.alt, badge.width, badge.height)
  return {
    text: `${badge.alt}:\n${url}`,
    html: renderRow(
      `<a href="${escapeHtml(url)}" ${renderTextAttributes('link', style)}>${image}</a>`,
    ),
  }
}

function renderImage(cid: string, alt: string, width: number, height: number): string {
  return `<img src="cid:${cid}" width="${width}" height="${height}" alt="${escapeHtml(alt)}" border="0" style="display:block;max-width:100%;border:0">`
}
