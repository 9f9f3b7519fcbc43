import { once } from 'node:events'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { json } from 'node:stream/consumers'
import { expect, inject, it, onTestFinished } from 'vitest'
import { runZapierCli } from '../pack/build.ts'
import { getUnpackedArchive } from './support/archive.ts'

it('the upload command uploads the archive that was tested', { timeout: 180_000 }, async () => {
  const { archive } = await getUnpackedArchive()
  const folder = join(inject('folder'), 'zapier-upload')
  mkdirSync(folder)
  cpSync(dirname(archive), join(folder, 'build'), {
    recursive: true,
    filter: (path) => !path.includes('unpacked') && !path.includes('locks'),
  })
  writeFileSync(join(folder, '.zapierapprc'), JSON.stringify({ id: 7, key: 'App7' }))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }))
  const api = await startZapierApi()
  onTestFinished(api.stop)

  const { ZAPIER_ENDPOINT, ZAPIER_DEPLOY_KEY } = api.env
  await runZapierCli(['upload'], folder, { ZAPIER_ENDPOINT, ZAPIER_DEPLOY_KEY })
  expect(api.uploads).toHaveLength(1)
  const [{ path, zip_file, source_zip_file }] = api.uploads as [Upload]
  expect(path).toBe('/apps/7/versions/0.0.0')
  expect(Buffer.from(zip_file, 'base64').equals(readFileSync(archive))).toBe(true)
  expect(Buffer.from(source_zip_file, 'base64').subarray(0, 2).toString()).toBe('PK')
})

interface Upload {
  path: string
  zip_file: string
  source_zip_file: string
}

/** Starts a fake of the API of zapier.com with the two endpoints for uploads: the app, and its new version. */
async function startZapierApi() {
  const uploads: Upload[] = []
  const server = createServer(async (req, res) => {
    const path = req.url ?? ''
    const isAuthorized = req.headers['x-deploy-key'] === 'key-of-the-author'
    if (isAuthorized && req.method === 'PUT') {
      uploads.push({ path, ...((await json(req)) as Omit<Upload, 'path'>) })
    }
    const app = {
      id: 7,
      title: 'Passwright',
      description: 'Passes for Apple Wallet',
      app_category: 'productivity',
      intention: 'private',
      role: 'employee',
    }
    res.writeHead(isAuthorized ? 200 : 401, { 'content-type': 'application/json' })
    res.end(JSON.stringify(app))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return {
    uploads,
    env: {
      ZAPIER_ENDPOINT: `http://127.0.0.1:${port}`,
      ZAPIER_DEPLOY_KEY: 'key-of-the-author',
    },
    stop: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
