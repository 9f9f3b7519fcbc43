import { operations } from '@passwright/shared/schema'
import type { Express, Request, RequestHandler } from 'express'
import { isNotModified } from '../../../apple/web-service/modified.ts'
import type { Context } from '../../../context.ts'
import type { DeviceAddress } from '../../../devices/device.ts'
import { listUpdatedPasses } from '../../../devices/registrations.ts'
import type { WalletPass } from '../../../passes/store/wallet-pass.ts'
import { assertNotCleared, authenticatePass } from '../../../web-service/authenticate.ts'
import { createDeviceErrors } from '../../../web-service/device-errors.ts'
import { createLatestPasses } from '../../../web-service/latest-pass.ts'
import { registerDevice, unregisterDevice } from '../../../web-service/register.ts'
import type { Mount } from '../../endpoint.ts'
import { createNotFound } from '../../errors.ts'
import { createRateLimit } from '../../limits/rate-limit.ts'
import {
  buildEmptyReply,
  buildFileReply,
  buildJsonReply,
  noContentReply,
  toETag,
} from '../../reply.ts'

/** Far more than people add and remove; each of them is an event. */
const HOUR_SECONDS = 3_600
const DEVICE_LIMIT = { times: 600, seconds: HOUR_SECONDS }
const PASS_LIMIT = { times: 30_000, seconds: HOUR_SECONDS }

/** Apple's web service, which phones ask for the updates of passes. */
export function mountDeviceRoutes(app: Express, mount: Mount, ctx: Context): void {
  app.use(mendSlashes)
  const getLatestPass = createLatestPasses(ctx)
  const recordDeviceErrors = createDeviceErrors(ctx)
  const countByDevice = createRateLimit({ ...DEVICE_LIMIT, now: ctx.now })
  const countByPass = createRateLimit({ ...PASS_LIMIT, now: ctx.now })
  const ofPass = {
    load: (
      _key: unknown,
      params: Pick<WalletPass, 'passTypeIdentifier' | 'serialNumber'>,
      request: Request,
    ) => authenticatePass(ctx, params, request.headersDistinct.authorization ?? []),
  }
  const assertBelowRate = ({ serialNumber }: WalletPass, address: Address) => {
    const tooMany =
      countByDevice(`${address.libraryIdentifier} ${serialNumber}`) ?? countByPass(serialNumber)
    if (tooMany) throw tooMany
  }

  mount(
    operations.registerDevice,
    async ({ loaded, params, body }) => {
      const address = toAddress(params)
      assertBelowRate(loaded, address)
      const { pushToken } = body
      const isNew = await registerDevice(ctx, loaded, { ...address, pushToken })
      return buildEmptyReply(isNew ? 201 : 200)
    },
    ofPass,
  )
  mount(
    operations.unregisterDevice,
    async ({ loaded, params }) => {
      const address = toAddress(params)
      assertBelowRate(loaded, address)
      await unregisterDevice(ctx, loaded, address)
      return buildEmptyReply(200)
    },
    ofPass,
  )
  mount(operations.listUpdatedPasses, async ({ params, query }) => {
    const updated = await listUpdatedPasses(ctx.db, toAddress(params), query.passesUpdatedSince)
    return updated ? buildJsonReply(200, updated) : noContentReply
  })
  mount(
    operations.getLatestPass,
    async ({ loaded, request }) => {
      assertNotCleared(loaded)
      const headers = {
        'Last-Modified': loaded.lastModified.toUTCString(),
        ETag: toETag(loaded.updatedAt),
      }
      const { 'if-modified-since': since } = request.headers
      if (isNotModified(since, loaded.lastModified, ctx.now())) return buildEmptyReply(304, headers)
      const { file: content, identity } = await getLatestPass(loaded)
      const { serialNumber } = loaded
      return buildFileReply(200, { serialNumber, content }, 'pass.pkpass', {
        ...headers,
        ...(identity.development ? { 'X-Passwright-Identity': 'development' } : {}),
      })
    },
    ofPass,
  )
  mount(operations.logDeviceErrors, async ({ body }) => {
    await recordDeviceErrors(body.logs)
    return buildEmptyReply(200)
  })
}

type Address = Omit<DeviceAddress, 'pushToken'>

/** Longer than any that Apple makes: what is longer belongs to no device. */
const MAX_IDENTIFIER_LENGTH = 255

function toAddress(params: {
  deviceLibraryIdentifier: string
  passTypeIdentifier: string
}): Address {
  const { deviceLibraryIdentifier: libraryIdentifier, passTypeIdentifier } = params
  if (libraryIdentifier.length > MAX_IDENTIFIER_LENGTH) throw createNotFound()
  return { libraryIdentifier, passTypeIdentifier }
}

/** A `webServiceURL` with a slash at its end makes `/apple//v1`. */
const mendSlashes: RequestHandler = (request, _response, next) => {
  request.url = request.url.replace(/^\/+apple\/+v1\//, '/apple/v1/')
  next()
}
