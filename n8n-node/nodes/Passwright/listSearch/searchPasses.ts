import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow'
import type { ListQuery, Pass } from '../portable/client'
import { connect } from '../shared/transport'

const page = 100
/** How far one search looks; scrolling on asks for more. */
const pagesAtOnce = 5

/** The list behind "From List": the newest first, found by your own ID, serial number, metadata, or a whole e-mail address. */
export async function searchPasses(
  this: ILoadOptionsFunctions,
  filter?: string,
  paginationToken?: string,
): Promise<INodeListSearchResult> {
  const client = await connect(this)
  const wanted = filter?.trim() ?? ''
  const query: ListQuery = wanted.includes('@') ? { email: wanted } : {}
  const isFound = (pass: Pass) => query.email !== undefined || tells(pass, wanted)

  const found: Pass[] = []
  let cursor: string | null | undefined = paginationToken
  for (let pages = 0; pages < pagesAtOnce && found.length === 0; pages++) {
    const asked: ListQuery = { ...query, limit: page, ...(cursor ? { cursor } : {}) }
    const { passes, nextCursor } = await client.listPasses(asked)
    found.push(...passes.filter(isFound))
    cursor = nextCursor
    if (cursor === null) break
  }
  return {
    results: found.map((pass) => ({
      name: nameOf(pass),
      value: pass.serialNumber,
      url: pass.shareUrl,
    })),
    paginationToken: cursor ?? undefined,
  }
}

function tells(pass: Pass, wanted: string): boolean {
  const texts = [pass.externalId ?? '', pass.serialNumber, ...Object.values(pass.metadata)]
  return texts.some((text) => text.toLowerCase().includes(wanted.toLowerCase()))
}

/** A pass is recognised by one's own ID or its last mail, else by its number. */
function nameOf({ externalId, email, serialNumber, createdAt, voided, deletedAt }: Pass): string {
  const state = deletedAt ? ' (deleted)' : voided ? ' (voided)' : ''
  return `${externalId ?? email?.to ?? serialNumber} · ${createdAt.slice(0, 10)}${state}`
}
