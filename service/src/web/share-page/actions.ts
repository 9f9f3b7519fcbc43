import type { Badge } from '../badge.ts'
import { renderQrSvg } from '../barcode-svg.ts'
import { escapeHtml } from '../page.ts'
import type { Device } from './device.ts'
import type { SharePageMessages } from './messages.ts'

/** What the ways to a pass are made of. */
export interface ActionData {
  shareUrl: string
  downloadUrl: string
  /** Whether the picture has a code that can be shown at a door. */
  hasCode: boolean
  badge: Badge
  words: SharePageMessages
  device: Device
}

/** A way to get a pass. */
type Action = 'wallet' | 'scan' | 'android' | 'file'

/** Which ways stand open on which device; the others wait behind a question. */
const firstWays: Record<Device, readonly Action[]> = {
  iphone: ['wallet'],
  ipad: ['scan'],
  mac: ['scan', 'wallet'],
  android: ['android'],
  desktop: ['scan', 'file'],
}

/** What may wait; the file by itself needs not, since it comes with the word on Android. */
const waitingWays = ['wallet', 'scan', 'android'] as const

/** The ways that fit the reader's device. */
export function renderPrimaryActions(parts: ActionData): string {
  const [first, ...besides] = firstWays[parts.device]
  const main = first === undefined ? '' : `<div class="way">${draw[first](parts)}</div>`
  const others = besides.map((way) => `<div class="way beside">${draw[way](parts)}</div>`)
  return `<div class="ways">\n${[main, ...others].join('\n')}\n</div>`
}

/** All other ways, since a guess may be wrong and a pass may be meant for another device. */
export function renderOtherActions(parts: ActionData): string {
  const likely = firstWays[parts.device]
  const others = waitingWays.filter((way) => !likely.includes(way))
  const items = others.map(
    (way) =>
      `<div class="way"><h2>${escapeHtml(parts.words.ways[way])}</h2>${draw[way](parts)}</div>`,
  )
  return `<div class="others">\n${items.join('\n')}\n</div>`
}

/** The file and nothing else, for a pass that is over. */
export function renderFileLink({ downloadUrl, words }: ActionData): string {
  const link = `<a class="link" href="${escapeHtml(downloadUrl)}">${escapeHtml(words.fileAnyway)}</a>`
  return `<div class="ways"><div class="way">${link}</div></div>`
}

const draw: Record<Action, (parts: ActionData) => string> = {
  wallet: ({ downloadUrl, badge, words }) => {
    const source = `data:image/svg+xml;base64,${Buffer.from(badge.svg).toString('base64')}`
    const image = `<img src="${source}" width="${badge.width}" height="${badge.height}" alt="${escapeHtml(badge.alt)}">`
    return `<a class="badge" href="${escapeHtml(downloadUrl)}">${image}</a>${quiet(words.walletHint)}`
  },
  scan: ({ shareUrl, words, device }) => {
    const sentence = device === 'ipad' ? words.scanOnTablet : words.scan
    return `<div class="code" role="img" aria-label="${escapeHtml(words.qrCode)}">${renderQrSvg(shareUrl)}</div><p>${escapeHtml(sentence)}</p>`
  },
  android: (parts) => {
    const show = parts.hasCode ? quiet(parts.words.androidCode) : ''
    return `<p>${escapeHtml(parts.words.android)}</p>${button(parts)}${show}`
  },
  file: button,
}

function button({ downloadUrl, words }: ActionData): string {
  return `<a class="button" href="${escapeHtml(downloadUrl)}">${escapeHtml(words.download)}</a>`
}

function quiet(sentence: string): string {
  return `<p class="quiet">${escapeHtml(sentence)}</p>`
}
