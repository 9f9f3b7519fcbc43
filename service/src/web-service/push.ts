import { z } from 'zod'
import { type Identity, isValidAt } from '../apple/certificates/identity.ts'
import { APNS_URL } from '../apple/web-service/push.ts'
import type { PushResult } from '../apple/web-service/push-response.ts'
import type { Context } from '../context.ts'
import type { Device } from '../devices/device.ts'
import { findPushedDevice } from '../devices/find.ts'
import type { AttemptResult, Handler, Job } from '../jobs/job.ts'
import { retrySchedules } from '../jobs/retry-schedule.ts'
import { forgetGoneDevice } from './forget.ts'
import { findPushPause, pausePushes, resumePushes } from './push-pause.ts'

const Payload = z.strictObject({ deviceId: z.string() })

/** Attempts that find nobody at Apple's address before the whole queue pauses. */
const MAX_LONE_ATTEMPTS = 2

/** Handles `push` jobs: tells a device that passes of it have changed, so that it asks which. */
export const pushToDevice: Handler = {
  schedule: retrySchedules.push,
  jitter: 0.5,
  // What became of a pass shows when the phone fetches it.
  forgetsDone: true,

  attempt: async (ctx, job) => {
    const { deviceId } = Payload.parse(job.payload)
    const device = await findPushedDevice(ctx.db, deviceId)
    // It follows no pass any more.
    if (!device) return { result: 'succeeded' }
    // One push is enough for both: a later one was queued while this one ran, and did not succeed.
    if (device.pushJobId !== job.id) return { result: 'succeeded' }
    const pause = await findPushPause(ctx, device.passTypeIdentifier)
    if (pause?.until) return { result: 'postponed', reason: pause.reason, notBefore: pause.until }
    const startedAt = ctx.now()
    const pushed = await pushNow(ctx, device)
    if (pushed.result === 'delivered') {
      if (pause) await resumePushes(ctx, device.passTypeIdentifier)
      return { result: 'succeeded' }
    }
    if (pushed.result === 'gone') {
      await forgetGoneDevice(ctx, { device, goneAt: pushed.goneAt ?? startedAt })
      return { result: 'succeeded' }
    }
    if (pushed.result === 'refused') {
      const until = await pausePushes(ctx, device.passTypeIdentifier, pushed.reason)
      ctx.log.warn(
        { warning: pushed.reason, passTypeIdentifier: device.passTypeIdentifier },
        'push refused',
      )
      return { result: 'postponed', reason: pushed.reason, notBefore: until }
    }
    return toAttemptResult(pushed, job)
  },

  record: async () => {},
}

/** Pushes with the identity of the device's passes as it is now. */
async function pushNow(ctx: Context, device: Device): Promise<PushResult> {
  const { passTypeIdentifier, pushToken } = device
  const identity = ctx.identities().find((one) => one.passTypeIdentifier === passTypeIdentifier)
  const reason = findRefusal(ctx, identity)
  if (!identity || reason !== undefined) return { result: 'refused', reason: reason ?? '' }
  return ctx.push(identity, pushToken)
}

/** Why Apple would refuse an identity's certificate, without asking; undefined when it may take it. */
function findRefusal({ config, now }: Context, identity: Identity | undefined): string | undefined {
  if (!identity) return 'Its signing certificate is not on this server any more; put it back'
  if (identity.development && config.apnsUrl === APNS_URL) {
    return 'Apple takes no push with the development certificate; import your own Pass Type ID certificate'
  }
  return isValidAt(identity, now()) ? undefined : 'Its certificate is not valid now; renew it'
}

type Undelivered = Extract<PushResult, { result: 'failed' | 'retry' | 'unreachable' }>

function toAttemptResult({ result, reason }: Undelivered, { attempts }: Job): AttemptResult {
  if (result !== 'unreachable') return { result, reason }
  // Nobody is there: one push at a time finds out when somebody is again.
  const isLone = attempts <= MAX_LONE_ATTEMPTS
  return { result: isLone ? 'retry' : 'paused', reason, outage: true }
}
