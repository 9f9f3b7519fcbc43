import { type BrowserContextOptions, chromium, type Page } from 'playwright-core'

export interface PageOptions {
  width: number
  height: number
  dark?: boolean
  locale?: string
  deviceScaleFactor?: number
  userAgent?: string
}

export interface TestBrowser {
  /** A page of its own context: nothing is shared with other pages. */
  page(options: PageOptions): Promise<Page>
  close(): Promise<void>
}

/** Debian's Chromium without a window. It reaches 127.0.0.1 and nothing else. */
export async function openBrowser(): Promise<TestBrowser> {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      // What no route sees, the browser's own requests and WebSockets, ends at a proxy that is not there.
      '--proxy-server=http://127.0.0.1:9',
      '--proxy-bypass-list=127.0.0.1',
    ],
  })
  return {
    async page({ width, height, dark = false, ...others }) {
      const options: BrowserContextOptions = {
        viewport: { width, height },
        colorScheme: dark ? 'dark' : 'light',
        ...others,
      }
      const context = await browser.newContext(options)
      await context.route('**', (route) =>
        isOurs(route.request().url()) ? route.continue() : route.abort('blockedbyclient'),
      )
      return context.newPage()
    },
    close: () => browser.close(),
  }
}

function isOurs(address: string): boolean {
  const { protocol, hostname } = new URL(address)
  return protocol === 'data:' || protocol === 'about:' || hostname === '127.0.0.1'
}
