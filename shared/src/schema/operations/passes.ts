import { routes } from '@passwright/shared'
import { z } from 'zod'
import { Email, EmailRequest, QueuedEmail } from '../email.ts'
import {
  AdjustedPass,
  AdjustRequest,
  adjustRules,
  MessageRequest,
  normalizeAdjustRequest,
} from '../pass/change.ts'
import {
  normalizeCreateRequest,
  normalizeEmailRequest,
  normalizePassPatch,
  normalizePassRequest,
} from '../pass/normalize.ts'
import {
  ChangedPass,
  DeletedPass,
  DryRun,
  MadePass,
  Pass,
  PassDetails,
  VoidedPass,
} from '../pass/pass.ts'
import { CreatePassRequest, PassPatch, PkpassRequest } from '../pass/request.ts'
import {
  changeRules,
  needsTemplate,
  passRules,
  unlessMerging,
  unlessTemplate,
} from '../pass/rules.ts'
import { bodyProblems, defineOperation, idempotencyProblems, keyProblems } from './operation.ts'
import { CreateQuery, FormatQuery, ListPassesQuery, NoQuery } from './query.ts'

const createProblems = [
  ...bodyProblems,
  ...idempotencyProblems,
  'engine_cannot',
  'quota_exceeded',
  'email_limit',
  'certificate_expired',
  ...keyProblems,
] as const

const fileOrJson = { json: MadePass, file: true } as const
/** Also the reply to `?dryRun=true`, which is JSON whatever the format. */
const fileJsonOrDryRun = { json: z.union([MadePass, DryRun]), file: true } as const

const conflictProblems = [
  'not_found',
  'pass_deleted',
  'template_deleted',
  'precondition_failed',
] as const

const updateRow = {
  auth: 'apiKey',
  scope: 'change',
  query: NoQuery,
  replies: { 200: { description: 'The pass is up to date.', body: { json: ChangedPass } } },
  problems: [...bodyProblems, ...conflictProblems, 'certificate_expired', ...keyProblems],
} as const

const voidRow = {
  auth: 'apiKey',
  scope: 'change',
  query: NoQuery,
  idempotent: true,
  replies: {
    200: { description: 'The pass has the requested status.', body: { json: VoidedPass } },
  },
  problems: ['invalid_request', ...idempotencyProblems, ...conflictProblems, ...keyProblems],
} as const

/** Creating, reading, updating and emailing passes. */
export const passOperations = {
  createPkpass: defineOperation({
    route: routes.createPkpass,
    summary: 'Create a pass and download the file',
    auth: 'apiKey',
    scope: 'issue',
    query: CreateQuery,
    body: PkpassRequest,
    normalize: normalizePassRequest,
    rules: passRules,
    idempotent: true,
    replies: {
      200: {
        description: 'The pass was created, or with dryRun could be.',
        body: fileJsonOrDryRun,
      },
    },
    problems: createProblems,
  }),
  createPass: defineOperation({
    route: routes.createPass,
    summary: 'Create a pass, or update the one with the same externalId',
    auth: 'apiKey',
    scope: 'issue',
    query: CreateQuery,
    body: CreatePassRequest,
    normalize: normalizeCreateRequest,
    rules: [...passRules.map(unlessMerging).map(unlessTemplate), needsTemplate],
    idempotent: true,
    replies: {
      201: { description: 'The pass was created.', body: fileOrJson },
      200: {
        description:
          'The pass with this externalId is up to date, or with dryRun the request is valid.',
        body: fileJsonOrDryRun,
      },
    },
    problems: createProblems,
  }),
  listPasses: defineOperation({
    route: routes.listPasses,
    summary: 'List passes, newest first',
    auth: 'apiKey',
    scope: 'read',
    query: ListPassesQuery,
    replies: {
      200: {
        description: 'A page of passes; nextCursor is null on the last page.',
        body: {
          json: z.strictObject({ passes: z.array(Pass), nextCursor: z.string().nullable() }),
        },
      },
    },
    largeReply: true,
    problems: ['invalid_request', 'overloaded', ...keyProblems],
  }),
  getPass: defineOperation({
    route: routes.getPass,
    summary: 'Get a pass, or its current file',
    auth: 'apiKey',
    scope: 'read',
    query: FormatQuery,
    replies: { 200: { description: 'The pass.', body: { json: PassDetails, file: true } } },
    largeReply: true,
    problems: ['invalid_request', 'not_found', 'certificate_expired', 'overloaded', ...keyProblems],
  }),
  replacePass: defineOperation({
    route: routes.replacePass,
    summary: 'Replace the content of a pass',
    ...updateRow,
    body: CreatePassRequest,
    normalize: normalizeCreateRequest,
    rules: [...changeRules.map(unlessTemplate), needsTemplate],
  }),
  patchPass: defineOperation({
    route: routes.patchPass,
    summary: 'Update a pass with a JSON merge patch (RFC 7396)',
    ...updateRow,
    body: PassPatch,
    normalize: normalizePassPatch,
    patch: true,
  }),
  replacePkpass: defineOperation({
    route: routes.replacePkpass,
    summary: 'Replace the content of a pass (WalletWallet-compatible)',
    ...updateRow,
    body: PkpassRequest,
    normalize: normalizePassRequest,
    rules: changeRules,
  }),
  patchPkpass: defineOperation({
    route: routes.patchPkpass,
    summary: 'Update a pass with a JSON merge patch (WalletWallet-compatible)',
    ...updateRow,
    body: PassPatch,
    normalize: normalizePassPatch,
    patch: true,
  }),
  voidPass: defineOperation({
    route: routes.voidPass,
    summary: 'Void a pass',
    ...voidRow,
  }),
  unvoidPass: defineOperation({
    route: routes.unvoidPass,
    summary: 'Make a voided pass valid again',
    ...voidRow,
  }),
  deletePass: defineOperation({
    route: routes.deletePass,
    summary: 'Delete a pass, which voids and expires it for good',
    auth: 'apiKey',
    scope: 'change',
    query: NoQuery,
    replies: { 200: { description: 'The pass is deleted.', body: { json: DeletedPass } } },
    problems: ['invalid_request', 'not_found', 'precondition_failed', ...keyProblems],
  }),
  sendMessage: defineOperation({
    route: routes.sendMessage,
    summary: 'Show a message on the lock screen of every phone with the pass',
    auth: 'apiKey',
    scope: 'change',
    query: NoQuery,
    body: MessageRequest,
    idempotent: true,
    replies: { 200: { description: 'The message is on its way.', body: { json: ChangedPass } } },
    problems: [...bodyProblems, ...idempotencyProblems, ...conflictProblems, ...keyProblems],
  }),
  adjustPass: defineOperation({
    route: routes.adjustPass,
    summary: 'Raise, lower or set a number in a field of a pass',
    auth: 'apiKey',
    scope: 'change',
    query: NoQuery,
    body: AdjustRequest,
    normalize: normalizeAdjustRequest,
    rules: adjustRules,
    idempotent: true,
    replies: { 200: { description: 'The number is up to date.', body: { json: AdjustedPass } } },
    problems: [
      ...bodyProblems,
      ...idempotencyProblems,
      ...conflictProblems,
      'counter_below_min',
      ...keyProblems,
    ],
  }),
  sendEmail: defineOperation({
    route: routes.sendEmail,
    summary: 'Send a pass by email',
    auth: 'apiKey',
    scope: 'mail',
    query: NoQuery,
    body: EmailRequest,
    normalize: normalizeEmailRequest,
    idempotent: true,
    replies: {
      202: {
        description: 'The email is queued; get its status by its id.',
        body: { json: QueuedEmail },
      },
    },
    problems: [
      ...bodyProblems,
      ...idempotencyProblems,
      'not_found',
      'pass_deleted',
      'email_limit',
      ...keyProblems,
    ],
  }),
  getEmail: defineOperation({
    route: routes.getEmail,
    summary: 'Get the status of an email',
    auth: 'apiKey',
    scope: 'read',
    query: NoQuery,
    replies: { 200: { description: 'The email.', body: { json: Email } } },
    problems: ['invalid_request', 'not_found', ...keyProblems],
  }),
} as const
