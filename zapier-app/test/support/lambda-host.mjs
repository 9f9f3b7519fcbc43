// Runs the app as Zapier's Lambda function does: it imports the wrapper of the unpacked archive once, and passes it the events.
import { pathToFileURL } from 'node:url'

const { handler } = await import(pathToFileURL(process.argv[2] ?? '').href)

process.on('message', async ({ id, event }) => {
  try {
    process.send?.({ id, result: await handler(event) })
  } catch (thrown) {
    const error = /** @type {Error} */ (thrown)
    process.send?.({ id, error: { name: error.name, message: error.message } })
  }
})
process.on('disconnect', () => process.exit())
process.send?.({ ready: true })
