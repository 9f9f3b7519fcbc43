import { routes } from '@passwright/shared'
import { z } from 'zod'
import { bodyProblems, commonProblems, defineOperation } from './operation.ts'
import { AnyQuery } from './query.ts'

/**
 * A message of Google's about a pass that somebody has saved or removed. Both JSON texts are signed as
 * they are, so they are parsed after they were verified.
 * https://developers.google.com/wallet/generic/use-cases/use-callbacks-for-saves-and-deletions
 */
export const GoogleCallback = z
  .looseObject({
    protocolVersion: z.literal('ECv2SigningOnly'),
    intermediateSigningKey: z.looseObject({
      signedKey: z.string().max(10_000),
      signatures: z.array(z.string().max(1_000)).min(1).max(10),
    }),
    signature: z.string().max(1_000),
    signedMessage: z.string().max(10_000),
  })
  .meta({ id: 'GoogleCallback' })
export type GoogleCallback = z.infer<typeof GoogleCallback>

const pageProblems = ['not_found', 'too_many_requests', 'not_ready', ...commonProblems] as const

/** Google Wallet: the links that people tap, and what Google calls and fetches. */
export const googleOperations = {
  addPass: defineOperation({
    route: routes.addPass,
    summary: 'Lead a device to the wallet that it has',
    auth: 'none',
    errorFormat: 'html',
    query: AnyQuery,
    replies: {
      302: { description: 'To the file, to Google Wallet or to the share page.', body: {} },
    },
    problems: pageProblems,
  }),
  saveToGoogle: defineOperation({
    route: routes.saveToGoogle,
    summary: 'Store the pass at Google and lead to the link that saves it',
    auth: 'none',
    errorFormat: 'html',
    query: AnyQuery,
    replies: {
      302: { description: "To Google's link, or to the share page.", body: {} },
      204: { description: 'Nothing happens on HEAD and when a browser prefetches.', body: {} },
    },
    problems: ['google_unavailable', ...pageProblems],
  }),
  googleImage: defineOperation({
    route: routes.googleImage,
    summary: 'Get an image that Google Wallet shows, by the SHA-256 of its bytes',
    auth: 'none',
    query: AnyQuery,
    replies: { 200: { description: 'The image.', body: { png: true } } },
    largeReply: true,
    problems: ['not_found', 'overloaded', 'not_ready', ...commonProblems],
  }),
  googleCallback: defineOperation({
    route: routes.googleCallback,
    summary: 'Receive that a pass was saved to Google Wallet or removed from it',
    auth: 'none',
    query: AnyQuery,
    body: GoogleCallback,
    replies: { 200: { description: 'Received.', body: {} } },
    problems: [...bodyProblems, 'not_ready', ...commonProblems],
  }),
} as const
