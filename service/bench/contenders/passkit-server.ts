// A server as most of this field runs it: Express and passkit-generator, its buffers cached. It stores
// nothing, knows no keys and counts nothing. It prints its URL when it is ready.
import express from 'express'
import { PKPass } from 'passkit-generator'
import { loadIdentities } from '../../src/apple/certificates/folder/load.ts'
import { defaultIcon } from '../../src/passes/images/default-icon.ts'
import { buildPassJson, toPem } from './ticket.ts'

const [folder = ''] = process.argv.slice(2)
const { identities } = await loadIdentities({ directory: folder, now: new Date() })
const [identity] = identities
if (!identity) throw new Error(`There is no signing identity in ${folder}`)

const certificates = toPem(identity)
const icons = Object.fromEntries(
  ['icon.png', 'icon@2x.png', 'icon@3x.png'].map((name, index) => [
    name,
    Buffer.from(defaultIcon[index] ?? []),
  ]),
)
const app = express()
app.use(express.json())
app.post('/api/pkpass', (request, response) => {
  const number = Number(/\d+$/.exec(request.body.barcodeValue)?.[0])
  const passJson = Buffer.from(JSON.stringify(buildPassJson(number, identity)))
  const pass = new PKPass({ ...icons, 'pass.json': passJson }, certificates)
  response.type('application/vnd.apple.pkpass').send(pass.getAsBuffer())
})
const server = app.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address && typeof address === 'object') console.log(`http://127.0.0.1:${address.port}`)
})
