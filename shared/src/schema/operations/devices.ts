import { routes } from '@passwright/shared'
import { z } from 'zod'
import { bodyProblems, commonProblems, defineOperation } from './operation.ts'
import { AnyQuery } from './query.ts'

/** The body of a registration; the token is put into the path of a push, so it is plain. */
export const Registration = z
  .looseObject({
    pushToken: z.string().regex(/^[!-~]{1,255}$/, {
      error: 'must be the push token of the device, 1 to 255 visible characters of ASCII',
    }),
  })
  .meta({ id: 'Registration' })

/** The reply to a device that asks which of its passes have changed. */
export const UpdatedPasses = z
  .strictObject({
    serialNumbers: z.array(z.string()),
    lastUpdated: z.string().meta({
      description: 'An opaque tag, for passesUpdatedSince in the next request.',
    }),
  })
  .meta({ id: 'UpdatedPasses' })
export type UpdatedPasses = z.infer<typeof UpdatedPasses>

/** The body of `POST /apple/v1/log`: whatever a device reports. */
export const DeviceErrors = z.looseObject({ logs: z.unknown().optional() })

const passProblems = ['pass_unauthorized', 'not_ready', ...commonProblems] as const

/**
 * Apple's PassKit web service, which iPhones call to follow the updates of a pass.
 * https://developer.apple.com/documentation/walletpasses/adding-a-web-service-to-update-passes
 */
export const deviceOperations = {
  registerDevice: defineOperation({
    route: routes.registerDevice,
    summary: 'Register a device for the updates of a pass',
    auth: 'applePass',
    query: AnyQuery,
    body: Registration,
    replies: {
      201: { description: 'The device is registered.', body: {} },
      200: { description: 'It was registered already; its push token is up to date.', body: {} },
    },
    problems: [...bodyProblems, 'too_many_requests', ...passProblems],
  }),
  unregisterDevice: defineOperation({
    route: routes.unregisterDevice,
    summary: 'Unregister a device from the updates of a pass',
    auth: 'applePass',
    query: AnyQuery,
    replies: { 200: { description: 'The device is not registered any more.', body: {} } },
    problems: ['too_many_requests', ...passProblems],
  }),
  listUpdatedPasses: defineOperation({
    route: routes.listUpdatedPasses,
    summary: 'List the passes of a device that have changed since a tag',
    auth: 'none',
    query: z.looseObject({
      passesUpdatedSince: z
        .string()
        .optional()
        .catch(undefined)
        .meta({ description: 'The lastUpdated of an earlier response; all passes when absent.' }),
    }),
    replies: {
      200: { description: 'The passes that have changed.', body: { json: UpdatedPasses } },
      204: { description: 'None has changed, or the device is not registered.', body: {} },
    },
    problems: ['not_ready', ...commonProblems],
  }),
  getLatestPass: defineOperation({
    route: routes.getLatestPass,
    summary: 'Get the current file of a pass',
    auth: 'applePass',
    query: AnyQuery,
    replies: {
      200: { description: 'The pass file, with Last-Modified.', body: { file: true } },
      304: { description: 'It has not changed since If-Modified-Since.', body: {} },
    },
    problems: ['not_found', 'certificate_expired', 'overloaded', ...passProblems],
  }),
  logDeviceErrors: defineOperation({
    route: routes.logDeviceErrors,
    summary: 'Store the errors that a device reports',
    auth: 'none',
    query: AnyQuery,
    body: DeviceErrors,
    replies: { 200: { description: 'Stored, as far as there is room.', body: {} } },
    problems: [...bodyProblems, 'not_ready', ...commonProblems],
  }),
} as const
