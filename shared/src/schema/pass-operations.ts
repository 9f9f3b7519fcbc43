import { routes } from '@passwright/shared'
import { z } from 'zod'
import { Email, EmailRequest, QueuedEmail } from './email.ts'
import { bodyProblems, keyProblems, onceProblems, operation } from './operation.ts'
import { MadePass, Pass, PassRequest, PkpassRequest } from './pass.ts'
import { ChangedPass, DeletedPass, PassPatch, VoidedPass } from './pass-change.ts'
import { changeRules, passRules } from './pass-rules.ts'
import { FormatQuery, ListPassesQuery, NoQuery } from './query.ts'

const creationProblems = [
  ...bodyProblems,
  ...onceProblems,
  'engine_cannot',
  'quota_exceeded',
  'email_limit',
  'certificate_expired',
  'overloaded',
  ...keyProblems,
] as const

const fileOrJson = { json: MadePass, file: true } as const

const standingProblems = ['not_found', 'pass_deleted', 'precondition_failed'] as const

const change = {
  auth: true,
  query: NoQuery,
  replies: { 200: { description: 'The pass is as asked.', body: { json: ChangedPass } } },
  problems: [
    ...bodyProblems,
    ...standingProblems,
    'certificate_expired',
    'overloaded',
    ...keyProblems,
  ],
} as const

const voiding = {
  auth: true,
  query: NoQuery,
  idempotent: true,
  replies: { 200: { description: 'The pass is as asked.', body: { json: VoidedPass } } },
  problems: ['invalid_request', ...onceProblems, ...standingProblems, ...keyProblems],
} as const

/** Making, showing and changing passes. */
export const passOperations = {
  createPkpass: operation({
    route: routes.createPkpass,
    summary: 'Make a pass and get the file',
    auth: true,
    query: FormatQuery,
    body: PkpassRequest,
    rules: passRules,
    idempotent: true,
    replies: { 200: { description: 'The pass was made.', body: fileOrJson } },
    problems: creationProblems,
  }),
  createPass: operation({
    route: routes.createPass,
    summary: 'Make a pass, or bring the one with the same externalId up to date',
    auth: true,
    query: FormatQuery,
    body: PassRequest,
    rules: passRules,
    idempotent: true,
    replies: {
      201: { description: 'The pass was made.', body: fileOrJson },
      200: {
        description: 'The pass with this externalId was brought up to date.',
        body: fileOrJson,
      },
    },
    problems: creationProblems,
  }),
  listPasses: operation({
    route: routes.listPasses,
    summary: 'List passes, newest first',
    auth: true,
    query: ListPassesQuery,
    replies: {
      200: {
        description: 'A page of passes; nextCursor is null on the last.',
        body: {
          json: z.strictObject({ passes: z.array(Pass), nextCursor: z.string().nullable() }),
        },
      },
    },
    problems: ['invalid_request', ...keyProblems],
  }),
  getPass: operation({
    route: routes.getPass,
    summary: 'Get one pass, or its current file',
    auth: true,
    query: FormatQuery,
    replies: { 200: { description: 'The pass.', body: { json: Pass, file: true } } },
    problems: ['invalid_request', 'not_found', 'certificate_expired', 'overloaded', ...keyProblems],
  }),
  replacePass: operation({
    route: routes.replacePass,
    summary: 'Change a pass: the whole body',
    ...change,
    body: PassRequest,
    rules: changeRules,
  }),
  patchPass: operation({
    route: routes.patchPass,
    summary: 'Change a pass: what is different (JSON merge patch, RFC 7396)',
    ...change,
    body: PassPatch,
    patch: true,
  }),
  replacePkpass: operation({
    route: routes.replacePkpass,
    summary: 'Change a pass: the whole body, as WalletWallet takes it',
    ...change,
    body: PkpassRequest,
    rules: changeRules,
  }),
  patchPkpass: operation({
    route: routes.patchPkpass,
    summary: 'Change a pass: what is different (JSON merge patch, RFC 7396)',
    ...change,
    body: PassPatch,
    patch: true,
  }),
  voidPass: operation({
    route: routes.voidPass,
    summary: 'Make a pass void',
    ...voiding,
  }),
  unvoidPass: operation({
    route: routes.unvoidPass,
    summary: 'Make a voided pass valid again',
    ...voiding,
  }),
  deletePass: operation({
    route: routes.deletePass,
    summary: 'Delete a pass: void and expired for good',
    auth: true,
    query: NoQuery,
    replies: { 200: { description: 'It is deleted.', body: { json: DeletedPass } } },
    problems: ['invalid_request', 'not_found', 'precondition_failed', ...keyProblems],
  }),
  sendEmail: operation({
    route: routes.sendEmail,
    summary: 'Send a pass by e-mail',
    auth: true,
    query: NoQuery,
    body: EmailRequest,
    idempotent: true,
    replies: {
      202: {
        description: 'The mail is on its way; ask for it by its id.',
        body: { json: QueuedEmail },
      },
    },
    problems: [
      ...bodyProblems,
      ...onceProblems,
      'not_found',
      'pass_deleted',
      'email_limit',
      ...keyProblems,
    ],
  }),
  getEmail: operation({
    route: routes.getEmail,
    summary: 'Tell what became of a mail',
    auth: true,
    query: NoQuery,
    replies: { 200: { description: 'The mail.', body: { json: Email } } },
    problems: ['invalid_request', 'not_found', ...keyProblems],
  }),
} as const
