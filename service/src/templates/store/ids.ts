import type { Db } from '../../db/database.ts'

/** Selects the ids of an owner's templates of this id or name; a name may have been that of deleted ones too. */
export function selectTemplateIds(db: Db, keyId: string, idOrName: string) {
  return db
    .selectFrom('template')
    .select('id')
    .where('key_id', '=', keyId)
    .where((eb) => eb.or([eb('id', '=', idOrName), eb('name', '=', idOrName)]))
}
