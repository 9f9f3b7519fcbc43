/** Makes passes of every style, with every image, color and script, and of every ready template, and takes pictures of all their cards as Chromium shows them. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import {
  createKeyByCommand,
  startServiceProcess,
} from '../test/support/environment/service-process.ts'
import { openBrowser } from '../test/support/web/browser.ts'
import { createSheetPasses, type SheetPass } from './contact-sheet/passes.ts'
import { readCard, renderSheet, type SheetCard } from './contact-sheet/sheet.ts'
import { createTemplatePasses } from './contact-sheet/templates.ts'

// npm run proof -- contact-sheet [FOLDER]: writes contact-sheet.png and templates.png, each also in dark.

const Created = z.object({ shareUrl: z.string().default(''), serialNumber: z.string() })
const target = resolve(process.argv[2] ?? join(tmpdir(), 'passwright-contact-sheet'))
const folder = await mkdtemp(join(tmpdir(), 'passwright-data-'))
const env = { DATA_DIR: folder, LOG_LEVEL: 'error' }
const service = await startServiceProcess(env)
const browser = await openBrowser()
try {
  const key = await createKeyByCommand(env)
  await mkdir(target, { recursive: true })
  await takePictures('contact-sheet', await createSheetPasses())
  await takePictures('templates', await createTemplatePasses())

  async function takePictures(sheet: string, passes: readonly SheetPass[]): Promise<void> {
    const cards: SheetCard[] = []
    for (const { name, voided = false, ...request } of passes) {
      const { shareUrl, serialNumber } = await post('/api/passes', request)
      if (voided) await post(`/api/passes/${serialNumber}/void`, {})
      const page = await fetch(service.url + new URL(shareUrl).pathname)
      cards.push(readCard(name, await page.text()))
    }
    for (const dark of [false, true]) {
      const page = await browser.openPage({ width: 2040, height: 1200, dark })
      await page.setContent(renderSheet(cards))
      const path = join(target, `${sheet}${dark ? '-dark' : ''}.png`)
      await page.screenshot({ path, fullPage: true })
      console.log(`${cards.length} passes: ${path}`)
    }
  }

  async function post(
    path: string,
    body: object,
  ): Promise<{ shareUrl: string; serialNumber: string }> {
    const response = await fetch(service.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(await response.text())
    return Created.parse(await response.json())
  }
} finally {
  await browser.close()
  await service.stop('SIGTERM')
  await rm(folder, { recursive: true, force: true })
}
