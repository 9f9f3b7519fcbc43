import { dirname } from 'node:path'
import { findImportableFiles, toImportCommand } from '../folder/misplaced-files.ts'
import { listCertificates, readNames } from './found-certificates.ts'
import { describeOtherCertificate } from './other-certificates.ts'
import type { SourceFile } from './source-files.ts'

const portal = 'https://developer.apple.com/account/resources/certificates/add'
const cure = `at ${portal}, choose "Pass Type ID Certificate", and import the .cer that you download`

/** Why there is no Pass Type ID certificate in the files: a sentence for each file. */
export async function describeNoPassCertificate(files: readonly SourceFile[]): Promise<string[]> {
  return (await Promise.all(files.map(describeFile))).flat()
}

async function describeFile({ path, contents }: SourceFile): Promise<string[]> {
  const certificates = listCertificates([{ contents }])
  const own = certificates.filter(({ ca }) => !ca)
  if (own.length > 0) {
    return own.map((one) => `${path} ${describeOtherCertificate(one)}; ${cure}`)
  }
  const [authority] = certificates
  if (authority)
    return [
      `${path} ${describeOtherCertificate(authority)}; name the .cer of your Pass Type ID too`,
    ]
  if (contents.some(({ kind }) => kind === 'key')) return [await describeLoneKey(path)]
  const reasons = contents.flatMap((content) => (content.kind === 'other' ? [content.reason] : []))
  return [`${path} ${reasons[0] ?? 'holds no certificate'}`]
}

async function describeLoneKey(path: string): Promise<string> {
  const near = (await findImportableFiles(dirname(path))).filter((file) =>
    listCertificates([file]).some((certificate) => readNames(certificate)?.signsPasses),
  )
  const fix =
    near.length > 0
      ? `; name the certificate too: ${toImportCommand([...near.map((file) => file.path), path])}`
      : '; name the .cer that Apple issued for it too'
  return `${path} holds a private key without a certificate${fix}`
}
