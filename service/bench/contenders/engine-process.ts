// Runs one engine: for every number that its parent sends it makes so many and sends the seconds of CPU
// time; for `sample` it sends one pass.
import { loadIdentities } from '../../src/apple/certificates/folder/load.ts'
import { startEngine } from './engines.ts'

const [name = '', folder = ''] = process.argv.slice(2)
const { identities } = await loadIdentities({ directory: folder, now: new Date() })
const [identity] = identities
if (!identity) throw new Error(`There is no signing identity in ${folder}`)

const engine = await startEngine(name, identity)
process.on('message', async (order: number | 'sample' | 'stop') => {
  if (order === 'sample') process.send?.(await engine.makeSample?.())
  else if (order !== 'stop') process.send?.(await engine.make(order))
  else {
    await engine.stop()
    process.disconnect()
  }
})
process.send?.('ready')
