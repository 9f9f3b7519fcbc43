/** The files of an identity's folder, by what belongs there. */
export type IdentityFile = 'certificate' | 'key' | 'chain'

/** Where a file lies: in an identity's folder, or given to `passwright certs import`. */
export type FilePlace = IdentityFile | 'import'

/** A kind of file that people put in the place of a PEM certificate or key. */
interface FileKind {
  /** The end of a sentence about the file. */
  is: string
  /** Matches the file's bytes, read as Latin-1. */
  pattern: RegExp
  /** What to do with it, by the place where it lies; absent where it belongs there. */
  fix: Partial<Record<FilePlace, string>>
}

const portal = 'https://developer.apple.com/account/resources/certificates'
const importIt = 'run "passwright certs import" with this path, which reads it'
const issued = 'put the certificate there that Apple issued'
const intermediate = 'put the intermediate there that signed the certificate'

/** The start of a DER value of this tag, up to its content. */
const der = (tag: string) => `${tag}(?:[\\x00-\\x80]|\\x81[^]|\\x82[^]{2}|\\x83[^]{3})`
const sequence = der('\\x30')
const rsaOid = '\\x2a\\x86\\x48\\x86\\xf7\\x0d\\x01'
const startsWith = (...parts: string[]) => new RegExp(`^${parts.join('')}`)

/** One row for each kind. The first that matches counts. */
const kinds: readonly FileKind[] = [
  {
    is: 'is empty',
    pattern: /^\s*$/,
    fix: {
      certificate: issued,
      key: 'put the private key there',
      import: 'copy or download it again',
    },
  },
  {
    is: 'is saved as UTF-16',
    pattern: /^(?:\xff\xfe|\xfe\xff|-\0|\0-)/,
    fix: inFolders(importIt),
  },
  {
    is: 'is a web page',
    pattern: /^(?:\xef\xbb\xbf)?\s*<(?:!doctype|html)/i,
    fix: {
      ...inFolders(`download the file again at ${portal}, signed in`),
      import: `download the file again at ${portal}, signed in`,
    },
  },
  {
    is: 'is a .p12 file (PKCS#12), which holds a certificate with its key',
    pattern: startsWith(sequence, '\\x02\\x01\\x03'),
    fix: inFolders(importIt),
  },
  {
    is: 'is a ZIP archive',
    pattern: startsWith('PK\\x03\\x04'),
    fix: sameFix('unpack it and import the certificate and key that are in it'),
  },
  {
    is: 'is a keystore of Java (JKS)',
    pattern: /^\xfe\xed\xfe\xed/,
    fix: sameFix('export it as PKCS#12 with "keytool -importkeystore" and import that'),
  },
  {
    is: 'is a keychain of macOS',
    pattern: /^kych/,
    fix: sameFix('open it in Keychain Access, export the certificate as .p12 and import that'),
  },
  {
    is: 'is a certificate signing request (CSR)',
    pattern: new RegExp(
      `-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----|^${sequence}${sequence}\\x02\\x01\\x00`,
    ),
    fix: {
      certificate: `upload it at ${portal} and put the certificate there that Apple issues for it`,
      key: 'put the private key there that was made with it',
      chain: intermediate,
      import: `upload it at ${portal} and import the certificate that Apple issues for it`,
    },
  },
  {
    is: 'is a public key',
    pattern: new RegExp(
      `-----BEGIN [A-Z ]*PUBLIC KEY-----|^ssh-|^${sequence}${sequence}\\x06\\x09${rsaOid}\\x01\\x01`,
    ),
    fix: {
      certificate: issued,
      key: 'put the private key there that belongs to it',
      chain: intermediate,
      import: 'import the certificate, with the private key that belongs to it',
    },
  },
  {
    is: 'is a .p7b file (PKCS#7)',
    pattern: new RegExp(`-----BEGIN (?:PKCS7|CMS)-----|^${sequence}\\x06\\x09${rsaOid}\\x07\\x02`),
    fix: {
      ...inFolders(importIt),
      key: 'put the private key there, which such a file never holds',
    },
  },
  {
    is: 'is a certificate in DER (.cer)',
    pattern: startsWith(sequence, sequence, '\\xa0\\x03\\x02\\x01'),
    fix: { ...inFolders(importIt), key: 'put the private key there that belongs to it' },
  },
  {
    is: 'is a private key in DER',
    // PKCS#8, PKCS#1 and encrypted PKCS#8.
    pattern: new RegExp(
      `^${sequence}(?:\\x02\\x01\\x00[\\x30\\x02]|${sequence}\\x06\\x09${rsaOid}\\x05)`,
    ),
    fix: {
      certificate: `move it to key.pem's place, and ${issued}`,
      key: importIt,
      chain: intermediate,
    },
  },
  {
    is: 'is a private key in the format of OpenSSH',
    pattern: /-----BEGIN OPENSSH PRIVATE KEY-----/,
    fix: {
      certificate: issued,
      key: 'convert it with "ssh-keygen -p -m PEM -f key.pem"',
      chain: intermediate,
      import: 'convert a copy of it with "ssh-keygen -p -m PEM -f COPY" and import that',
    },
  },
  {
    is: 'is a private key',
    pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
    fix: { certificate: `move it to key.pem, and ${issued}`, chain: `move it to key.pem` },
  },
  {
    is: 'is a certificate',
    pattern: /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----/,
    fix: { key: 'move it to certificate.pem, and put its private key there' },
  },
]

/**
 * What a file is and what to do with it, as the end of a sentence about the file; undefined when it
 * is no kind that we know, or belongs there.
 */
export function describeWrongFile(bytes: Uint8Array, place: FilePlace): string | undefined {
  const kind = findFileKind(bytes)
  const fix = kind?.fix[place]
  return kind && fix && `${kind.is}; ${fix}`
}

function findFileKind(bytes: Uint8Array): FileKind | undefined {
  const text = Buffer.from(bytes).toString('latin1')
  return kinds.find(({ pattern }) => pattern.test(text))
}

function inFolders(fix: string): Record<IdentityFile, string> {
  return { certificate: fix, key: fix, chain: fix }
}

function sameFix(fix: string): Record<FilePlace, string> {
  return { ...inFolders(fix), import: fix }
}
