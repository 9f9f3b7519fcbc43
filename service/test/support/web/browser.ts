import { type BrowserContextOptions, chromium, type Page } from 'playwright-core'

export interface PageOptions {
  width: number
  height: number
  dark?: boolean
  locale?: string
  deviceScaleFactor?: number
  userAgent?: string
  hasTouch?: boolean
}

export interface TestBrowser {
  /** Opens a page in a new context, which shares nothing with other pages. */
  openPage(options: PageOptions): Promise<Page>
  close(): Promise<void>
}

/** Starts Debian's Chromium without a window; it can only connect to 127.0.0.1. */
export async function openBrowser(): Promise<TestBrowser> {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      // Routes do not see WebSockets and the browser's own requests; these fail at a proxy that does not exist.
      '--proxy-server=http://127.0.0.1:9',
      '--proxy-bypass-list=127.0.0.1',
    ],
  })
  return {
    async openPage({ width, height, dark = false, ...others }) {
      const options: BrowserContextOptions = {
        viewport: { width, height },
        colorScheme: dark ? 'dark' : 'light',
        ...others,
      }
      const context = await browser.newContext(options)
      await context.route('**', (route) =>
        isAllowed(route.request().url()) ? route.continue() : route.abort('blockedbyclient'),
      )
      return context.newPage()
    },
    close: () => browser.close(),
  }
}

function isAllowed(address: string): boolean {
  const { protocol, hostname } = new URL(address)
  return protocol === 'data:' || protocol === 'about:' || hostname === '127.0.0.1'
}
