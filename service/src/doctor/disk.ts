import { randomUUID } from 'node:crypto'
import { rm, stat, statfs, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Finding, findBroken, findOk, findWarning, type Patient } from './finding.ts'

const MB = 1_000_000

/** Below the first the database soon cannot be written; below the second it is time to make room. */
const BROKEN_BELOW_MB = 100
const WARNING_BELOW_MB = 1_000

/** Whether the folders that the service writes to have room and can be written. */
export async function checkDisk({ config }: Patient): Promise<Finding[]> {
  const { dataDir, database } = config
  const folders = [dataDir, ...(database.kind === 'sqlite' ? [dirname(database.file)] : [])]
  return (await Promise.all([...new Set(folders)].map(checkFolder))).flat()
}

async function checkFolder(folder: string): Promise<Finding[]> {
  if (!(await exists(folder))) {
    const message = `${folder} does not exist yet; the first start creates it`
    return [findWarning('folder_missing', message, 'Start the service, or check DATA_DIR')]
  }
  const findings = [...(await checkRoom(folder)), ...(await checkWritable(folder))]
  return findings.length > 0 ? findings : [findOk('disk', `${folder} can be written and has room`)]
}

async function checkRoom(folder: string): Promise<Finding[]> {
  const { bavail, bsize, files, ffree } = await statfs(folder)
  const freeMb = Math.floor((bavail * bsize) / MB)
  const message = `${folder} has ${freeMb} MB left`
  const fix = 'Make room on this disk, or move DATA_DIR to a larger one'
  if (freeMb < BROKEN_BELOW_MB) return [findBroken('disk_full', message, fix)]
  // Some file systems do not count their files and say 0.
  if (files > 0 && ffree === 0) {
    return [findBroken('disk_full', `${folder} has no room for another file`, fix)]
  }
  return freeMb < WARNING_BELOW_MB ? [findWarning('disk_nearly_full', message, fix)] : []
}

async function checkWritable(folder: string): Promise<Finding[]> {
  const path = join(folder, `.doctor-${randomUUID()}`)
  try {
    await writeFile(path, '', { flag: 'wx', mode: 0o600 })
    return []
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    const message = `${folder} cannot be written (${reason})`
    const fix = "Give the service's user the folder, or set DATA_DIR to another one"
    return [findBroken('folder_read_only', message, fix)]
  } finally {
    await rm(path, { force: true })
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
