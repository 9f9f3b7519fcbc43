import { createHash } from 'node:crypto'
import type { Context } from '../context.ts'
import type { GoogleFailure, GoogleResult } from '../google/api/response.ts'
import type { GoogleWallet, Patience } from '../google/api/wallet.ts'
import {
  buildClass,
  type ClassOwner,
  parseClassLayout,
  toClassId,
} from '../google/content/class.ts'
import { buildObject, type GoogleObject } from '../google/content/object.ts'
import { toInsertion, toPatch } from '../google/content/patch.ts'
import type { Layout } from '../google/content/rows.ts'
import {
  findGoogleClassHash,
  findGooglePass,
  saveGoogleClass,
  updateGooglePass,
} from '../google/stored.ts'
import { findPassBySerial } from '../passes/store/find.ts'
import type { PassRecord } from '../passes/store/pass.ts'
import { lockWalletPass } from '../passes/store/wallet-pass.ts'
import { prepareGoogleImages } from './images.ts'
import { findClassOwner, toObjectSource } from './source.ts'

/** What is needed to speak to Google. */
export interface GoogleSender {
  wallet: GoogleWallet
  owner: ClassOwner
}

/** Undefined while Google Wallet is off. */
export function findSender(ctx: Context): GoogleSender | undefined {
  const owner = findClassOwner(ctx)
  return owner && ctx.googleWallet && { wallet: ctx.googleWallet, owner }
}

/** How a pass was brought to Google. */
export type SendResult =
  | { result: 'sent' }
  /** Google was told the same before, or there is nothing to tell. */
  | { result: 'unchanged' }
  | GoogleFailure

export interface SendOptions {
  patience: Patience
  /** Sends also what Google was told before, as far as we know. */
  always: boolean
}

/** How often a pass may change while it is sent; then another job follows. */
const MAX_ROUNDS = 5

/**
 * Makes Google's object what a pass says now. The pass is read again afterwards: a change in the
 * meantime may have been sent before this, and is sent again then.
 */
export async function sendPass(
  ctx: Context,
  sender: GoogleSender,
  { keyId, serialNumber }: Pick<PassRecord, 'keyId' | 'serialNumber'>,
  { patience, always }: SendOptions,
): Promise<SendResult> {
  for (let round = 1; ; round += 1) {
    const stored = await findGooglePass(ctx.db, serialNumber)
    const record = stored && (await findPassBySerial(ctx.db, keyId, serialNumber))
    // Nothing is left of a deleted pass but that it was there.
    if (!stored || !record || isCleared(record)) return { result: 'unchanged' }
    const layout = parseClassLayout(stored.class_id) ?? [0, 0, 0]
    const object = await composeObject(ctx, sender.owner, record, layout)
    const saidHash = hashContent(toPatch(object))
    if (!always && round === 1 && stored.said_hash === saidHash) return { result: 'unchanged' }
    const isKnown = stored.stored_at !== null
    const put = await putObject(ctx, sender, object, { layout, isKnown, patience })
    if (put.result !== 'ok') return put
    const isCurrent = await recordSent(ctx, record, saidHash)
    if (isCurrent || round === MAX_ROUNDS) return { result: 'sent' }
  }
}

function isCleared({ deletedAt, spec }: PassRecord): boolean {
  return deletedAt !== null && Object.keys(spec).length === 0
}

async function composeObject(
  ctx: Context,
  owner: ClassOwner,
  record: PassRecord,
  layout: Layout,
): Promise<GoogleObject> {
  const images = await prepareGoogleImages(ctx, record)
  return buildObject({ ...toObjectSource(ctx, record), images }, owner, layout)
}

/** Records what Google was told; false when the pass has changed since it was read. */
async function recordSent(
  ctx: Context,
  { serialNumber, updatedAt }: PassRecord,
  saidHash: string,
): Promise<boolean> {
  const storedAt = ctx.now().toISOString()
  return ctx.db.transaction().execute(async (trx) => {
    const pass = await lockWalletPass(trx, ctx, serialNumber)
    const isCurrent = pass?.updatedAt === updatedAt
    const stored = await findGooglePass(trx, serialNumber)
    await updateGooglePass(trx, serialNumber, {
      said_hash: isCurrent ? saidHash : null,
      stored_at: stored?.stored_at ?? storedAt,
    })
    return isCurrent
  })
}

interface PutOptions {
  layout: Layout
  /** Whether Google has it, as far as we know. */
  isKnown: boolean
  patience: Patience
}

/** Changes the object, or inserts it where it is not there, with its class. */
async function putObject(
  ctx: Context,
  sender: GoogleSender,
  object: GoogleObject,
  { layout, isKnown, patience }: PutOptions,
): Promise<GoogleResult> {
  const call = sender.wallet.call
  const patch = () =>
    call({ method: 'PATCH', path: `genericObject/${object.id}`, body: toPatch(object) }, patience)
  const insert = () =>
    call({ method: 'POST', path: 'genericObject', body: toInsertion(object) }, patience)
  if (isKnown) {
    const patched = await patch()
    if (patched.result !== 'missing') return patched
  }
  const ensured = await ensureClass(ctx, sender, layout, { patience, always: false })
  if (ensured.result !== 'ok') return ensured
  const inserted = await insert()
  if (inserted.result === 'exists') return patch()
  if (inserted.result !== 'missing') return inserted
  // The class is not there, although we have seen it.
  const again = await ensureClass(ctx, sender, layout, { patience, always: true })
  return again.result === 'ok' ? insert() : again
}

/** Makes sure that Google has the class of a layout as it is now. */
export async function ensureClass(
  ctx: Pick<Context, 'db' | 'now'>,
  { wallet, owner }: GoogleSender,
  layout: Layout,
  { patience, always }: SendOptions,
): Promise<GoogleResult> {
  const id = toClassId(owner, layout)
  const content = buildClass(owner, layout)
  const saidHash = hashContent(content)
  if (!always && (await findGoogleClassHash(ctx.db, id)) === saidHash) {
    return { result: 'ok', json: {} }
  }
  const create = { method: 'POST', path: 'genericClass', body: content } as const
  const change = {
    method: 'PATCH',
    path: `genericClass/${id}`,
    body: { ...content, callbackOptions: content.callbackOptions ?? null },
  } as const
  const inserted = await wallet.call(create, patience)
  const ensured = inserted.result === 'exists' ? await wallet.call(change, patience) : inserted
  if (ensured.result === 'ok') await saveGoogleClass(ctx.db, { id, saidHash }, ctx.now())
  return ensured
}

function hashContent(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex')
}
