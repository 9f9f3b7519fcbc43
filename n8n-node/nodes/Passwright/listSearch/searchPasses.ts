import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow'
import type { ListQuery, Pass } from '../portable/client'
import { connect } from '../shared/transport'

const pageSize = 100
/** How many pages to look through for a match before n8n has to ask for the next ones. */
const maxPages = 5

/** Searches the list "From List", newest first: by your own ID, serial number or metadata, or by a whole email address. */
export async function searchPasses(
  this: ILoadOptionsFunctions,
  filter?: string,
  paginationToken?: string,
): Promise<INodeListSearchResult> {
  const client = await connect(this)
  const search = filter?.trim() ?? ''
  const query: ListQuery = search.includes('@') ? { email: search } : {}
  const isMatch = (pass: Pass) => query.email !== undefined || matchesSearch(pass, search)

  const matches: Pass[] = []
  let cursor: string | null | undefined = paginationToken
  for (let page = 0; page < maxPages && matches.length === 0; page++) {
    const pageQuery: ListQuery = { ...query, limit: pageSize, ...(cursor ? { cursor } : {}) }
    const { passes, nextCursor } = await client.listPasses(pageQuery)
    matches.push(...passes.filter(isMatch))
    cursor = nextCursor
    if (cursor === null) break
  }
  return {
    results: matches.map((pass) => ({
      name: formatName(pass),
      value: pass.serialNumber,
      url: pass.shareUrl,
    })),
    paginationToken: cursor ?? undefined,
  }
}

function matchesSearch(pass: Pass, search: string): boolean {
  const texts = [pass.externalId ?? '', pass.serialNumber, ...Object.values(pass.metadata)]
  return texts.some((text) => text.toLowerCase().includes(search.toLowerCase()))
}

/** Names a pass by your own ID, else by the address of its last email, else by its serial number. */
function formatName({
  externalId,
  email,
  serialNumber,
  createdAt,
  voided,
  deletedAt,
}: Pass): string {
  const status = deletedAt ? ' (deleted)' : voided ? ' (voided)' : ''
  return `${externalId ?? email?.to ?? serialNumber} · ${createdAt.slice(0, 10)}${status}`
}
