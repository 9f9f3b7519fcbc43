/** The installation itself. */
export interface InstallationTables {
  installation: InstallationTable
  once: OnceTable
}

/** One row: which installation the database belongs to. */
interface InstallationTable {
  id: number
  /** Of the installation secret. */
  fingerprint: string
}

/** Steps that run once per database, whichever process comes first. */
interface OnceTable {
  name: string
  at: string
}
