import { execFile } from 'node:child_process'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { inject } from 'vitest'
import { z } from 'zod'

const run = promisify(execFile)

const Field = z.object({
  key: z.string(),
  label: z.string(),
  /** Empty for a number, which KPkPass does not read. */
  value: z.string(),
  changeMessage: z.string(),
})

/** A pass as KPkPass reads it, the library of KDE's wallet. */
const KPkPass = z.object({
  type: z.string(),
  description: z.string(),
  organizationName: z.string(),
  passTypeIdentifier: z.string(),
  serialNumber: z.string(),
  backgroundColor: z.string(),
  expirationDate: z.string(),
  headerFields: z.array(Field),
  primaryFields: z.array(Field),
  secondaryFields: z.array(Field),
  auxiliaryFields: z.array(Field),
  backFields: z.array(Field),
  barcodes: z.array(
    z.object({ format: z.string(), message: z.string(), alternativeText: z.string() }),
  ),
  /** At 3x, in pixels. */
  iconWidth: z.number(),
  authenticationToken: z.string(),
  /** Where KDE's wallet asks for the newest file. */
  updateUrl: z.string(),
})
export type KPkPass = z.infer<typeof KPkPass>

/** Reads pass files; null for one that KPkPass refuses. */
export type ReadWithKPkPass = (...files: Uint8Array[]) => Promise<(KPkPass | null)[]>

/** The packages that `buildKPkPassReader` needs. */
export const kpkpassPackages = ['g++', 'libkpimpkpass-dev']

/** Compiles the reader. */
export async function buildKPkPassReader(): Promise<ReadWithKPkPass> {
  const folder = await mkdtemp(join(inject('folder'), 'kpkpass-'))
  const program = join(folder, 'kpkpass')
  const { stdout: machine } = await run('g++', ['-dumpmachine'])
  const qt = join('/usr/include', machine.trim(), 'qt5')
  const includes = [
    '/usr/include/KPim/KPkPass',
    '/usr/include/KPim',
    qt,
    `${qt}/QtCore`,
    `${qt}/QtGui`,
  ]
  await run('g++', [
    '-std=c++17',
    '-fPIC',
    ...includes.map((include) => `-I${include}`),
    join(import.meta.dirname, 'kpkpass.cpp'),
    ...['-o', program, '-lKPimPkPass', '-lQt5Gui', '-lQt5Core'],
  ])
  return async (...files) => {
    const paths = await Promise.all(
      files.map(async (file, index) => {
        const path = join(folder, `${index}.pkpass`)
        await writeFile(path, file)
        return path
      }),
    )
    const { stdout } = await run(program, paths)
    const Line = z.tuple([KPkPass.nullable()])
    return stdout
      .trim()
      .split('\n')
      .map((line) => Line.parse(JSON.parse(line))[0])
  }
}
