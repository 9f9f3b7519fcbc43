import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Identity, isValidAt } from '../identity.ts'
import { findIdentityFolders, getIdentityFiles } from './files.ts'
import { compareIdentities, type LoadIdentitiesOptions, readIdentity } from './load.ts'

/** What an operator should know about a folder whose files are not used. */
export interface FolderWarning {
  /** For `/ready`, which is public: no paths. */
  summary: string
  /** For the log. */
  detail: string
}

/** The certificates folder of a running service. */
export interface IdentityFolder {
  /** Real identities, oldest first, then the development identity; never empty. */
  identities: () => readonly Identity[]
  /** Files that are not used, and why. */
  warnings: () => readonly FolderWarning[]
  /**
   * Reads the folders whose files have changed since the last time. An identity that signs is only
   * replaced by one that can sign, and only removed if another real one remains: whatever happens to
   * the files, the service goes on with what it has.
   */
  refresh: (now: Date) => Promise<void>
  /** Orders the identities by the time since which each Pass Type ID is known, not by their certificates. */
  orderBy: (since: ReadonlyMap<string, Date>) => void
}

export interface IdentityFolderOptions extends Omit<LoadIdentitiesOptions, 'now'> {
  /** DEFAULT_PASS_TYPE_ID, which stays also when its folder is removed. */
  defaultPassTypeId?: string | undefined
}

/** Removing a folder and putting another in its place takes some time, across a network too. */
export const REMOVAL_DELAY_MS = 30_000

/** What is known of one folder. */
interface Entry {
  /** Changes with the files. */
  stamp: string
  identity: Identity
  /** The files as they are now cannot be used, and are read again at every refresh. */
  warning?: FolderWarning
  missingSince?: Date
}

/** Keeps the identities that were loaded at the start as the folder has them. */
export function openIdentityFolder(
  loaded: readonly Identity[],
  options: IdentityFolderOptions,
): IdentityFolder {
  const { directory } = options
  const entries = new Map<string, Entry>()
  const newcomers = new Map<string, FolderWarning>()
  for (const identity of loaded) {
    // Read again at the first refresh if a file has changed since it was loaded.
    entries.set(identity.passTypeIdentifier, { stamp: '', identity })
  }
  let since: ReadonlyMap<string, Date> = new Map()
  let identities = [...loaded]
  let directoryWarning: FolderWarning | undefined

  const sort = () => {
    const age = (identity: Identity) => ({
      ...identity,
      notBefore: since.get(identity.passTypeIdentifier) ?? identity.notBefore,
    })
    identities = [...entries.values()]
      .map(({ identity }) => identity)
      .sort((a, b) => compareIdentities(age(a), age(b)))
  }

  const refreshFolder = async (folder: string, now: Date) => {
    const known = entries.get(folder)
    // Before reading: a change while it is read makes another stamp.
    const stamp = await stampFiles(join(directory, folder))
    if (known?.stamp === stamp && !known.warning) return
    const read = await readIdentity(options, folder)
    const reason = findRefusal(known?.identity, read, now)
    newcomers.delete(folder)
    if (reason === undefined && read.identity) {
      entries.set(folder, { stamp, identity: read.identity })
    } else if (known) {
      const warning = describeReplacement(folder, reason ?? read.errors.join('; '))
      entries.set(folder, { stamp, identity: known.identity, warning })
    } else {
      newcomers.set(folder, describeNewcomer(folder, read.errors))
    }
  }

  const handleMissing = (folder: string, entry: Entry, now: Date) => {
    const missingSince = entry.missingSince ?? now
    const isOver = now.getTime() - missingSince.getTime() >= REMOVAL_DELAY_MS
    if (isOver && isSpare(folder)) {
      entries.delete(folder)
      return
    }
    const warning = describeRemoval(folder, join(directory, folder))
    entries.set(folder, { ...entry, missingSince, warning })
  }

  /** Whether the service can do without it: never without the default or the last real identity. */
  const isSpare = (folder: string) =>
    folder !== options.defaultPassTypeId &&
    [...entries].some(
      ([name, { identity, missingSince }]) =>
        name !== folder && !identity.development && !missingSince,
    )

  return {
    identities: () => identities,
    warnings: () => [
      ...(directoryWarning ? [directoryWarning] : []),
      ...[...entries.values()].flatMap(({ warning }) => warning ?? []),
      ...newcomers.values(),
    ],
    orderBy: (known) => {
      since = known
      sort()
    },
    refresh: async (now) => {
      const folders = await findIdentityFolders(directory)
      if ('error' in folders) {
        directoryWarning = describeDirectory(folders.error)
        return
      }
      directoryWarning = undefined
      for (const folder of folders.found) await refreshFolder(folder, now)
      for (const folder of newcomers.keys()) {
        if (!folders.found.includes(folder)) newcomers.delete(folder)
      }
      for (const [folder, entry] of entries) {
        if (!folders.found.includes(folder)) handleMissing(folder, entry, now)
      }
      sort()
    },
  }
}

/** Why an identity that could be read does not replace the one in use; undefined if it does. */
function findRefusal(
  used: Identity | undefined,
  { identity: read }: { identity?: Identity },
  now: Date,
): string | undefined {
  if (!used || !read || !isValidAt(used, now)) return undefined
  if (read.notAfter < now) return 'the certificate has expired already'
  if (!isValidAt(read, now)) return 'the certificate or its chain is not valid at this time'
  if (read.foreignRoot !== undefined && used.foreignRoot === undefined) {
    return `its chain ends at "${read.foreignRoot}", not at Apple Root CA`
  }
  return undefined
}

function describeReplacement(folder: string, reason: string): FolderWarning {
  const summary = `${folder}: its new files cannot be used, so the certificate that was there before still signs`
  return { summary, detail: `${summary}: ${reason}` }
}

function describeNewcomer(folder: string, errors: readonly string[]): FolderWarning {
  const summary = `${folder}: its files cannot be used, so nothing is signed with them`
  return { summary, detail: `${summary}: ${errors.join('; ')}` }
}

function describeRemoval(folder: string, path: string): FolderWarning {
  const summary = `${folder}: its folder was removed, but its certificate still signs until another one can take its place`
  return { summary, detail: `${summary}; put ${path} back if you still need it` }
}

function describeDirectory(error: string): FolderWarning {
  const summary =
    'CERTIFICATES_DIR cannot be read, so the certificates that were read before still sign'
  return { summary, detail: `${summary}: ${error}` }
}

/** Changes when a file is written, replaced, linked elsewhere or removed; reads none of them. */
async function stampFiles(folder: string): Promise<string> {
  const stats = await Promise.all(
    getIdentityFiles(folder).map((path) =>
      // ctime too: copying a file can keep its mtime.
      stat(path).then(
        ({ ino, size, mtimeMs, ctimeMs }) => [ino, size, mtimeMs, ctimeMs],
        () => null,
      ),
    ),
  )
  return JSON.stringify(stats)
}
