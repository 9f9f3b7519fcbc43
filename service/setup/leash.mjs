import { isMainThread } from 'node:worker_threads'
import { whenAlone } from './alone.mjs'

// Preloaded into what the bootstrap starts: even when the bootstrap is killed outright, nothing stays behind.
const patience = 15_000

if (isMainThread) {
  whenAlone(() => {
    process.kill(process.pid, 'SIGTERM')
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), patience).unref()
  })
}
