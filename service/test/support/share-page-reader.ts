import type { PassRequest } from '@passwright/shared/schema'
import type { TestService } from './test-service.ts'

/** What browsers call themselves. */
export const userAgents = {
  iphone:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
  inApp:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Instagram 350.0.0',
  ipod: 'Mozilla/5.0 (iPod touch; CPU iPhone OS 15_8 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.6 Mobile/15E148 Safari/604.1',
  ipad: 'Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
  android:
    'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
  mac: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
  windows:
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  robot: 'WhatsApp/2.23.20.0',
} as const

/** A small pass, as most are. */
export const memberCard = {
  title: 'Riverside Climbing Club',
  label: 'Member',
  value: 'Ada Example',
  barcodeValue: 'MEMBER-1042',
  barcodeFormat: 'QR',
  colorPreset: 'blue',
} as const satisfies PassRequest

/** Makes a pass and gives its token. */
export async function tokenOf(
  service: TestService,
  key: string,
  request: PassRequest,
): Promise<string> {
  const { shareUrl } = await service.client(key).createPass(request)
  return shareUrl.slice(shareUrl.lastIndexOf('/') + 1)
}

/** A share page as somebody sees it. */
export interface SeenPage {
  status: number
  headers: Headers
  html: string
  /** All that can be read, one space between words. */
  text: string
  /** The HTML that is open from the start; what `<details>` hold is not. */
  open: string
}

/** Opens a share page as a browser does. */
export async function look(
  service: TestService,
  token: string,
  { on = 'iphone', language }: { on?: keyof typeof userAgents; language?: string } = {},
): Promise<SeenPage> {
  const response = await service.fetch(`/p/${token}`, {
    headers: {
      'user-agent': userAgents[on],
      ...(language === undefined ? {} : { 'accept-language': language }),
    },
  })
  const html = await response.text()
  const open = html.replace(/<details>.*?<\/details>/gs, '')
  return { status: response.status, headers: response.headers, html, text: textOf(html), open }
}

/** Voids a pass as the service would. */
export async function voidPass({ ctx }: TestService, token: string): Promise<void> {
  await ctx.db.updateTable('pass').set({ voided: 1 }).where('token', '=', token).execute()
}

function textOf(html: string): string {
  return html
    .replace(/^.*<body>/s, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replace(/\s+/g, ' ')
}
