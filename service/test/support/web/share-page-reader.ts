import type { PassRequest } from '@passwright/shared/schema'
import type { TestService } from '../environment/test-service.ts'

/** The `User-Agent` of browsers. */
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

/** A small pass, like most. */
export const memberCard = {
  title: 'Riverside Climbing Club',
  label: 'Member',
  value: 'Ada Example',
  barcodeValue: 'MEMBER-1042',
  barcodeFormat: 'QR',
  colorPreset: 'blue',
} as const satisfies PassRequest

/** Creates a pass and returns the token of its share page. */
export async function createPassToken(
  service: TestService,
  key: string,
  request: PassRequest,
): Promise<string> {
  const { shareUrl } = await service.client(key).createPass(request)
  return shareUrl.slice(shareUrl.lastIndexOf('/') + 1)
}

/** A share page as a browser receives it. */
export interface OpenedPage {
  status: number
  headers: Headers
  html: string
  /** The text of the body, with single spaces. */
  text: string
  /** The HTML without the collapsed `<details>`. */
  visibleHtml: string
}

/** Requests a share page like a browser. */
export async function openSharePage(
  service: TestService,
  token: string,
  { on = 'iphone', language }: { on?: keyof typeof userAgents; language?: string } = {},
): Promise<OpenedPage> {
  const response = await service.fetch(`/p/${token}`, {
    headers: {
      'user-agent': userAgents[on],
      ...(language === undefined ? {} : { 'accept-language': language }),
    },
  })
  const html = await response.text()
  const visibleHtml = html.replace(/<details>.*?<\/details>/gs, '')
  return {
    status: response.status,
    headers: response.headers,
    html,
    text: extractText(html),
    visibleHtml,
  }
}

/** Voids a pass directly in the database. */
export async function voidPass({ ctx }: TestService, token: string): Promise<void> {
  await ctx.db.updateTable('pass').set({ voided: 1 }).where('token', '=', token).execute()
}

function extractText(html: string): string {
  return html
    .replace(/^.*<body>/s, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replace(/\s+/g, ' ')
}
