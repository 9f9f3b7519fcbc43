import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { deriveSecret, ensureInstallationSecret } from '../../src/accounts/installation-secret.ts'
import { createTemporaryFolder } from '../support/environment/temporary-folder.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

describe('the secret of an installation', () => {
  it('is created once, also when several processes start at once, and only we can read it', async () => {
    const folder = join(await createTemporaryFolder(), 'certificates')
    const secrets = await Promise.all(
      Array.from({ length: 8 }, () => ensureInstallationSecret([folder])),
    )
    expect(new Set(secrets.map(hex)).size).toBe(1)
    expect(await readdir(folder)).toEqual(['secret'])
    expect((await stat(join(folder, 'secret'))).mode & 0o777).toBe(0o600)
    expect(hex(await ensureInstallationSecret([folder]))).toBe(hex(secrets[0]!))
    expect(secrets[0]).toHaveLength(32)
  })

  it('is in the next folder when the first one cannot be written', async () => {
    const root = await createTemporaryFolder()
    const file = join(root, 'no-folder')
    await writeFile(file, '')
    const folders = [join(file, 'certificates'), join(root, 'data')]
    await expect(ensureInstallationSecret(folders)).rejects.toThrow('cannot be read')
    const readOnly = '/proc/self'
    const created = await ensureInstallationSecret([readOnly, join(root, 'data')])
    expect((await readFile(join(root, 'data', 'secret'), 'utf8')).trim()).toBe(hex(created))
    expect(hex(await ensureInstallationSecret([readOnly, join(root, 'data')]))).toBe(hex(created))
  })

  it('fails the start when its file is damaged, because a new secret would invalidate all signatures', async () => {
    const folder = await createTemporaryFolder()
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'secret'), 'half of it')
    await expect(ensureInstallationSecret([folder])).rejects.toThrow(
      'restore the file from your backup',
    )
    await chmod(join(folder, 'secret'), 0o600)
  })

  it('derives a different secret for each purpose', () => {
    const secret = new Uint8Array(32).fill(7)
    expect(hex(deriveSecret(secret, 'a'))).toBe(hex(deriveSecret(secret, 'a')))
    expect(hex(deriveSecret(secret, 'a'))).not.toBe(hex(deriveSecret(secret, 'b')))
    expect(hex(deriveSecret(secret, 'a'))).not.toContain(hex(secret))
  })
})
