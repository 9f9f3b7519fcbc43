/** Takes the pictures of the README again from a running service and a real n8n: the home page, the share page, the email, and the node in n8n's editor. */
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { findSkipReason } from '../../n8n-node/test/support/install-n8n.mts'
import { N8n, owner } from '../../n8n-node/test/support/n8n.mts'
import { createTestApple, writeIdentity } from '../test/support/certificates/test-apple.ts'
import { startPostgres } from '../test/support/databases/postgres.ts'
import {
  createKeyByCommand,
  startServiceProcess,
} from '../test/support/environment/service-process.ts'
import { startFakeSmtpServer } from '../test/support/smtp/fake-smtp-server.ts'
import { openBrowser, type TestBrowser } from '../test/support/web/browser.ts'
import { userAgents } from '../test/support/web/share-page-reader.ts'
import { renderMail } from './support/rendered-mail.ts'

// npm run proof -- pictures [NAME…]: all of them, or only editor, share-page, mail or n8n.

const wanted = process.argv.slice(2)
const picturesFolder = new URL('../docs/pictures/', import.meta.url)
const exampleWorkflow = new URL(
  '../../n8n-node/examples/form-to-pass-by-email.json',
  import.meta.url,
)

/** Larger than a README shows them, so that they stay sharp on dense screens. */
const SCALE = 2
const MAX_PICTURE_BYTES = 200_000

const member = { Name: 'Ada Example', Email: 'ada@example.com' }
const card = {
  logoText: 'Riverside Climbing Club',
  cardLabel: 'Club card',
  title: 'Annual membership',
  label: 'Member',
  value: member.Name,
  headerFields: [{ label: 'Points', value: 120 }],
  secondaryFields: [
    { label: 'Level', value: 'Gold' },
    { label: 'Member since', value: '2024' },
  ],
  backFields: [{ label: 'Opening hours', value: 'Daily from 9:00 to 22:00' }],
  barcodeValue: 'MEMBER-1042',
  barcodeFormat: 'QR',
  barcodeAltText: 'No. 1042',
  colorPreset: 'blue',
  email: { to: member.Email, name: member.Name },
}

const folder = await mkdtemp(join(tmpdir(), 'passwright-pictures-'))
const smtp = await startFakeSmtpServer({ behaviour: 'no-starttls' })
const env = {
  DATA_DIR: folder,
  PUBLIC_URL: 'https://passes.example.com',
  SMTP_URL: `smtp://127.0.0.1:${smtp.port}`,
  MAIL_FROM: 'Riverside Climbing Club <cards@example.com>',
  LOG_LEVEL: 'error',
}
await writeRealIdentity()
const service = await startServiceProcess(env)
const key = await createKeyByCommand(env)
const browser = await openBrowser()
try {
  const { shareUrl } = await createPass()
  const takers = {
    editor: () => takeHomePage(browser),
    'share-page': () => takeSharePage(browser, new URL(shareUrl).pathname),
    mail: () => takeEmail(browser),
    n8n: () => takeN8nEditor(browser),
  }
  for (const [name, take] of Object.entries(takers)) {
    if (wanted.length === 0 || wanted.includes(name)) await take()
  }
} finally {
  await browser.close()
  await service.stop('SIGTERM')
  await smtp.close()
  await rm(folder, { recursive: true, force: true })
}

/** An identity of a Pass Type ID, as you have it: with the development identity the pages carry a warning. */
async function writeRealIdentity(): Promise<void> {
  const passTypeIdentifier = 'pass.com.example.card'
  const apple = await createTestApple()
  const files = await apple.issue({ passTypeIdentifier, organization: 'Riverside Climbing Club' })
  await writeIdentity(join(folder, 'certificates'), passTypeIdentifier, files)
}

async function createPass(): Promise<{ shareUrl: string }> {
  const response = await fetch(`${service.url}/api/passes`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(card),
  })
  if (response.status !== 201) throw new Error(await response.text())
  return (await response.json()) as { shareUrl: string }
}

/** The editor with one of the ready templates. */
async function takeHomePage({ openPage: open }: TestBrowser): Promise<void> {
  const page = await open({ width: 1180, height: 760, deviceScaleFactor: 1.5, locale: 'en' })
  await page.goto(service.url)
  await page.getByRole('button', { name: 'Train ticket' }).click()
  await page.locator('#card .pass-card', { hasText: 'RIV' }).waitFor()
  await page.evaluate("document.querySelector('#content').scrollIntoView()")
  await save('editor.png', await page.screenshot())
}

async function takeSharePage({ openPage: open }: TestBrowser, path: string): Promise<void> {
  const page = await open({
    width: 390,
    height: 732,
    deviceScaleFactor: SCALE,
    userAgent: userAgents.iphone,
    locale: 'en',
  })
  await page.goto(service.url + path)
  await save('share-page.png', await page.screenshot())
}

/** The mail as the mail server received it, below the head that a mail program shows. */
async function takeEmail({ openPage: open }: TestBrowser): Promise<void> {
  await smtp.waitUntil(() => smtp.messages.length > 0)
  const html = await renderMail(smtp.messages[0]?.raw ?? '')
  const page = await open({ width: 640, height: 864, deviceScaleFactor: SCALE })
  await page.setContent(html)
  await save('mail.png', await page.screenshot())
}

/** A workflow of the package's examples in n8n's editor, with the node opened and executed. */
async function takeN8nEditor(browser: TestBrowser): Promise<void> {
  const reason = findSkipReason()
  if (reason !== undefined) return console.log(reason)
  const postgres = await startPostgres()
  const n8n = await N8n.start(postgres.url)
  try {
    const credential = await n8n.addCredential('Passwright', { baseUrl: service.url, apiKey: key })
    const workflow = JSON.parse(await readFile(exampleWorkflow, 'utf8'))
    const node = workflow.nodes.find(({ type }: { type: string }) => type.includes('passwright'))
    node.credentials.passwrightApi.id = credential
    workflow.pinData = { 'Membership Form': [{ json: member }] }
    const id = await n8n.addWorkflow(workflow)

    const page = await browser.openPage({ width: 1360, height: 800, deviceScaleFactor: 1.5 })
    await logIn(page, n8n.url)
    await page.goto(`${n8n.url}/workflow/${id}/${node.id}`)
    await page.locator('[data-test-id=node-execute-button]').click()
    await page.getByText('riverside-climbing-club.pkpass').waitFor()
    await page.locator('.el-notification__closeBtn').click()
    await save('n8n.png', await page.locator('[data-test-id=ndv]').screenshot())
  } finally {
    await n8n.stop()
    await postgres.remove()
  }
}

async function logIn(page: Page, url: string): Promise<void> {
  const response = await page.request.post(`${url}/rest/login`, { data: owner })
  if (!response.ok()) throw new Error(`n8n refused the login: ${response.status()}`)
}

/** Writes a picture with a palette of its own: a third of the bytes, no difference to be seen. */
async function save(name: string, png: Buffer): Promise<void> {
  const file = new URL(name, picturesFolder).pathname
  await sharp(png).png({ palette: true, compressionLevel: 9, effort: 10 }).toFile(file)
  const { size } = await stat(file)
  console.log(`service/docs/pictures/${name}: ${Math.ceil(size / 1000)} KB`)
  if (size > MAX_PICTURE_BYTES) throw new Error(`${name} is larger than ${MAX_PICTURE_BYTES} bytes`)
}
