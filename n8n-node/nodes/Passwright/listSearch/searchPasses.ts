import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow'
import { toText } from '../form/readText'
import type { Client } from '../portable/api/client'
import type { Pass } from '../portable/api/passes'
import { Problem } from '../portable/api/problem'
import { toPassName } from '../portable/pass-name'
import { toNodeError } from '../shared/errors'
import { connect, type NamedFile } from '../shared/transport'

const pageSize = 100

/** Searches the list "From List", newest first, by words that the title, your own ID, the fields or the email address begin with, or by a serial number. */
export async function searchPasses(
  this: ILoadOptionsFunctions,
  filter?: string,
  paginationToken?: string,
): Promise<INodeListSearchResult> {
  try {
    return await search(await connect(this), toText(filter), paginationToken)
  } catch (error) {
    throw toNodeError(this, error)
  }
}

async function search(
  client: Client<NamedFile>,
  words: string | undefined,
  cursor: string | undefined,
): Promise<INodeListSearchResult> {
  const isFirstPage = cursor === undefined
  const [found, { passes, nextCursor }] = await Promise.all([
    words !== undefined && isFirstPage ? findBySerialNumber(client, words) : [],
    client.listPasses({
      limit: pageSize,
      deleted: false,
      q: words,
      ...(isFirstPage ? {} : { cursor }),
    }),
  ])
  return {
    results: [...found, ...passes].map((pass) => ({
      name: toPassName(pass),
      value: pass.serialNumber,
      url: pass.shareUrl,
    })),
    paginationToken: nextCursor ?? undefined,
  }
}

const serialNumberPattern = /^[\w-]{20,}$/

async function findBySerialNumber(client: Client<NamedFile>, search: string): Promise<Pass[]> {
  if (!serialNumberPattern.test(search)) return []
  const pass = await client.getPass(search).catch((error: unknown) => {
    if (error instanceof Problem && error.code === 'not_found') return undefined
    throw error
  })
  return pass === undefined || pass.deletedAt !== undefined ? [] : [pass]
}
