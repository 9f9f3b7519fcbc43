import { compareIdentities } from '../apple/certificates/folder/load.ts'
import type { Identity } from '../apple/certificates/identity.ts'
import type { Db } from '../db/database.ts'
import { findPassTypes } from './repository.ts'

/** Orders identities as a running service does: by the time since which each Pass Type ID is known. */
export async function orderByAge(db: Db, identities: readonly Identity[]): Promise<Identity[]> {
  const since = await findPassTypes(db)
  const age = (identity: Identity) => ({
    ...identity,
    notBefore: since.get(identity.passTypeIdentifier) ?? identity.notBefore,
  })
  return identities.toSorted((a, b) => compareIdentities(age(a), age(b)))
}
