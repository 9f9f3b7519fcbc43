import { escapeHtml } from '../../text/html.ts'
import type { Device } from './device.ts'
import type { SharePageMessages } from './messages.ts'

/** A badge of a wallet with the size at which it is shown, in CSS pixels. */
export interface ShareBadge {
  svg: string
  width: number
  height: number
  alt: string
}

/** What the actions of a share page need. */
export interface ActionData {
  shareUrl: string
  /** The QR code of `shareUrl`. */
  qrSvg: string
  downloadUrl: string
  /** Null while Google Wallet is off. */
  googleSaveUrl: string | null
  /** Google's button, where the operator has it. */
  googleBadge: ShareBadge | undefined
  /** Whether the pass has a barcode, which can be shown on Android too. */
  hasBarcode: boolean
  badge: ShareBadge
  messages: SharePageMessages
  device: Device
}

/** A way to get a pass: add it to Wallet, scan a code with an iPhone, open it on Android, download it. */
type Action = 'wallet' | 'scan' | 'android' | 'file'

/** The actions that are visible at once; the others are behind "On another device?". */
const primaryActions: Record<Device, readonly Action[]> = {
  iphone: ['wallet'],
  ipad: ['scan'],
  mac: ['scan', 'wallet'],
  android: ['android'],
  desktop: ['scan', 'file'],
}

/** The download link is not among them, because the Android section has it. */
const otherActions = ['wallet', 'scan', 'android'] as const

/** Renders the actions that fit the viewer's device. */
export function renderPrimaryActions(data: ActionData): string {
  const [first, ...more] = primaryActions[data.device]
  const main = first === undefined ? '' : `<div class="action">${renderers[first](data)}</div>`
  const others = more.map(
    (action) => `<div class="action secondary">${renderers[action](data)}</div>`,
  )
  return `<div class="actions">\n${[main, ...others].join('\n')}\n</div>`
}

/** Renders all other actions: the detected device may be wrong, and a pass may be for another one. */
export function renderOtherActions(data: ActionData): string {
  const primary = primaryActions[data.device]
  const others = otherActions.filter((action) => !primary.includes(action))
  const items = others.map((action) => {
    const heading = escapeHtml(getHeading(action, data))
    return `<div class="action"><h2>${heading}</h2>${renderers[action](data)}</div>`
  })
  return `<div class="others">\n${items.join('\n')}\n</div>`
}

function getHeading(
  action: (typeof otherActions)[number],
  { messages, googleSaveUrl }: ActionData,
): string {
  return action === 'scan' && googleSaveUrl !== null
    ? messages.google.nearby
    : messages.actions[action]
}

/** Renders the download link alone, for an expired or voided pass. */
export function renderFileLink({ downloadUrl, messages }: ActionData): string {
  const text = escapeHtml(messages.fileAnyway)
  const link = `<a class="link" href="${escapeHtml(downloadUrl)}">${text}</a>`
  return `<div class="actions"><div class="action">${link}</div></div>`
}

const renderers: Record<Action, (data: ActionData) => string> = {
  wallet: ({ downloadUrl, badge, messages }) =>
    `${renderBadge(badge, downloadUrl)}${renderHint(messages.walletHint)}`,
  scan: ({ qrSvg, messages, device, googleSaveUrl }) => {
    const { scan, scanOnTablet } = googleSaveUrl === null ? messages : messages.google
    const sentence = device === 'ipad' ? scanOnTablet : scan
    return `<div class="code" role="img" aria-label="${escapeHtml(messages.qrCode)}">${qrSvg}</div><p>${escapeHtml(sentence)}</p>`
  },
  android: (data) => {
    if (data.googleSaveUrl !== null) return renderGoogle(data, data.googleSaveUrl)
    const hint = data.hasBarcode ? renderHint(data.messages.androidCode) : ''
    return `<p>${escapeHtml(data.messages.android)}</p>${renderButton(data)}${hint}`
  },
  file: renderButton,
}

/** Google's button where the operator has it, else a link in words: nobody may draw one like it. */
function renderGoogle({ googleBadge, messages, downloadUrl }: ActionData, url: string): string {
  const link = googleBadge
    ? renderBadge(googleBadge, url)
    : `<a class="link strong" href="${escapeHtml(url)}" rel="nofollow">${escapeHtml(messages.google.add)}</a>`
  const file = `<a class="link" href="${escapeHtml(downloadUrl)}">${escapeHtml(messages.google.file)}</a>`
  return `${link}<p class="hint">${file}</p>`
}

function renderBadge(badge: ShareBadge, url: string): string {
  const source = `data:image/svg+xml;base64,${Buffer.from(badge.svg).toString('base64')}`
  const image = `<img src="${source}" width="${badge.width}" height="${badge.height}" alt="${escapeHtml(badge.alt)}">`
  return `<a class="badge" href="${escapeHtml(url)}">${image}</a>`
}

function renderButton({ downloadUrl, messages }: ActionData): string {
  return `<a class="button" href="${escapeHtml(downloadUrl)}">${escapeHtml(messages.download)}</a>`
}

function renderHint(sentence: string): string {
  return `<p class="hint">${escapeHtml(sentence)}</p>`
}
