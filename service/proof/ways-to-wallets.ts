/** Takes pictures of the email and the share page as people meet them: on an iPhone, an Android phone and a computer, with and without Google Wallet, in English and German. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createTestApple, writeIdentity } from '../test/support/certificates/test-apple.ts'
import {
  createKeyByCommand,
  startServiceProcess,
} from '../test/support/environment/service-process.ts'
import { startFakeGoogle } from '../test/support/google/fake-google.ts'
import { startFakeSmtpServer } from '../test/support/smtp/fake-smtp-server.ts'
import { openBrowser } from '../test/support/web/browser.ts'
import { userAgents } from '../test/support/web/share-page-reader.ts'
import { renderMail } from './support/rendered-mail.ts'

// npm run proof -- ways-to-wallets [FOLDER]: writes a picture for each language, with and without Google, light and dark.

const target = resolve(process.argv[2] ?? join(tmpdir(), 'passwright-ways-to-wallets'))
await mkdir(target, { recursive: true })

const organization = 'Riverside Climbing Club'
const viewers = [
  { name: 'iPhone', userAgent: userAgents.iphone, width: 390 },
  { name: 'Android', userAgent: userAgents.android, width: 390 },
  { name: 'Computer', userAgent: userAgents.windows, width: 900 },
]
const mailWidths = [390, 640]

/** A window of a picture: a page in a frame as wide as a device. */
interface Shot {
  name: string
  width: number
  png: Buffer
}

const google = await startFakeGoogle()
const browser = await openBrowser()
try {
  await takePictures('with-google', google.env)
  await takePictures('without-google', {})
} finally {
  await browser.close()
  await google.close()
}

async function takePictures(name: string, settings: Record<string, string>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'passwright-ways-'))
  const smtp = await startFakeSmtpServer({ behaviour: 'no-starttls' })
  const env = {
    DATA_DIR: folder,
    PUBLIC_URL: 'https://passes.example.com',
    SMTP_URL: `smtp://127.0.0.1:${smtp.port}`,
    MAIL_FROM: `${organization} <cards@example.com>`,
    LOG_LEVEL: 'error',
    ...settings,
  }
  const passTypeIdentifier = 'pass.com.example.card'
  const files = await (await createTestApple()).issue({ passTypeIdentifier, organization })
  await writeIdentity(join(folder, 'certificates'), passTypeIdentifier, files)
  const service = await startServiceProcess(env)
  try {
    const key = await createKeyByCommand(env)
    for (const [index, locale] of (['en', 'de'] as const).entries()) {
      const path = await createPass(service.url, key, locale)
      await smtp.waitUntil(() => smtp.messages.length > index)
      const mail = await renderMail(smtp.messages[index]?.raw ?? '')
      for (const dark of [false, true]) {
        const shots: Shot[] = []
        for (const { name: device, userAgent, width } of viewers) {
          const page = await browser.openPage({ width, height: 800, locale, userAgent, dark })
          await page.goto(service.url + path)
          await page.evaluate(
            "for (const each of document.querySelectorAll('details')) each.open = true",
          )
          shots.push({ name: device, width, png: await page.screenshot({ fullPage: true }) })
        }
        for (const width of mailWidths) {
          const page = await browser.openPage({ width, height: 600, dark })
          await page.setContent(mail)
          shots.push({
            name: `Email, ${width} px`,
            width,
            png: await page.screenshot({ fullPage: true }),
          })
        }
        await joinShots(`${name}-${locale}${dark ? '-dark' : ''}.png`, shots)
      }
    }
  } finally {
    await service.stop('SIGTERM')
    await smtp.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Creates a pass and mails it; returns the path of its share page. */
async function createPass(url: string, key: string, locale: 'en' | 'de'): Promise<string> {
  const isGerman = locale === 'de'
  const response = await fetch(`${url}/api/passes`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      locale,
      logoText: organization,
      title: isGerman ? 'Jahreskarte' : 'Annual membership',
      label: isGerman ? 'Mitglied' : 'Member',
      value: 'Ada Example',
      secondaryFields: [{ label: isGerman ? 'Stufe' : 'Level', value: 'Gold' }],
      barcodeValue: 'MEMBER-1042',
      barcodeFormat: 'QR',
      colorPreset: 'blue',
      email: { to: 'ada@example.com', name: 'Ada Example' },
    }),
  })
  if (response.status !== 201) throw new Error(await response.text())
  const { shareUrl } = (await response.json()) as { shareUrl: string }
  return new URL(shareUrl).pathname
}

/** Puts the pictures beside each other, each below its name. */
async function joinShots(file: string, shots: readonly Shot[]): Promise<void> {
  const gap = 24
  const width = shots.reduce((sum, shot) => sum + shot.width + gap, gap)
  const figures = shots.map(
    ({ name, width, png }) =>
      `<figure><figcaption>${name}</figcaption><img width="${width}" src="data:image/png;base64,${png.toString('base64')}"></figure>`,
  )
  const page = await browser.openPage({ width, height: 900 })
  await page.setContent(`<style>
body { display: flex; align-items: start; gap: ${gap}px; margin: ${gap}px; background: #999 }
figure { margin: 0 }
figcaption { font: 600 15px/2 sans-serif }
img { display: block }
</style>${figures.join('')}`)
  const path = join(target, file)
  await page.screenshot({ path, fullPage: true })
  console.log(path)
}
