/** The files of an identity's folder, by what belongs there. */
export type IdentityFile = 'certificate' | 'key' | 'chain'

/** A kind of file that people put in the place of a PEM certificate or key. */
interface FileKind {
  /** The end of a sentence about the file. */
  is: string
  /** Matches the file's bytes, read as Latin-1. */
  pattern: RegExp
  /** What to do with it, by the place where it lies; absent where it belongs there. */
  fix: Partial<Record<IdentityFile, string>>
}

const portal = 'https://developer.apple.com/account/resources/certificates'
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
    fix: { certificate: issued, key: 'put the private key there' },
  },
  {
    is: 'is saved as UTF-16',
    pattern: /^(?:\xff\xfe|\xfe\xff|-\0|\0-)/,
    fix: sameFix('save it as UTF-8, with the same text'),
  },
  {
    is: 'is a web page',
    pattern: /^(?:\xef\xbb\xbf)?\s*<(?:!doctype|html)/i,
    fix: sameFix(`download the file again at ${portal}, signed in`),
  },
  {
    is: 'is a .p12 file (PKCS#12), which holds a certificate with its key',
    pattern: startsWith(sequence, '\\x02\\x01\\x03'),
    fix: {
      certificate: extractFrom('p12', 'openssl pkcs12 -legacy', '-clcerts -nokeys', 'certificate'),
      key: extractFrom('p12', 'openssl pkcs12 -legacy', '-nocerts -nodes', 'key'),
      chain: extractFrom('p12', 'openssl pkcs12 -legacy', '-cacerts -nokeys', 'chain'),
    },
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
    },
  },
  {
    is: 'is a .p7b file (PKCS#7)',
    pattern: new RegExp(`-----BEGIN (?:PKCS7|CMS)-----|^${sequence}\\x06\\x09${rsaOid}\\x07\\x02`),
    fix: {
      certificate: extractFrom('p7b', 'openssl pkcs7', '-print_certs', 'certificate'),
      key: 'put the private key there, which such a file never holds',
      chain: extractFrom('p7b', 'openssl pkcs7', '-print_certs', 'chain'),
    },
  },
  {
    is: 'is a certificate in DER (.cer)',
    pattern: startsWith(sequence, sequence, '\\xa0\\x03\\x02\\x01'),
    fix: {
      certificate: extractFrom('cer', 'openssl x509 -inform DER', '', 'certificate'),
      key: 'put the private key there that belongs to it',
      chain: extractFrom('cer', 'openssl x509 -inform DER', '', 'chain'),
    },
  },
  {
    is: 'is a private key in DER',
    // PKCS#8, PKCS#1 and encrypted PKCS#8.
    pattern: new RegExp(
      `^${sequence}(?:\\x02\\x01\\x00[\\x30\\x02]|${sequence}\\x06\\x09${rsaOid}\\x05)`,
    ),
    fix: {
      certificate: `move it to key.pem's place, and ${issued}`,
      key: extractFrom('der', 'openssl pkey -inform DER', '', 'key'),
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
export function describeWrongFile(bytes: Uint8Array, place: IdentityFile): string | undefined {
  const kind = findFileKind(bytes)
  const fix = kind?.fix[place]
  return kind && fix && `${kind.is}; ${fix}`
}

/** Which file of an identity this may be, by its bytes; undefined when it is none. */
export function findPlace(bytes: Uint8Array): IdentityFile | undefined {
  const kind = findFileKind(bytes)
  if (kind === undefined) return undefined
  return (['certificate', 'key'] as const).find((place) => kind.fix[place] === undefined)
}

function findFileKind(bytes: Uint8Array): FileKind | undefined {
  const text = Buffer.from(bytes).toString('latin1')
  return kinds.find(({ pattern }) => pattern.test(text))
}

function sameFix(fix: string): Record<IdentityFile, string> {
  return { certificate: fix, key: fix, chain: fix }
}

/** Renamed first, because openssl empties the file that it writes before it reads the other. */
function extractFrom(ending: string, command: string, options: string, name: IdentityFile): string {
  const source = `${name}.${ending}`
  const words = [command, '-in', source, options, '-out', `${name}.pem`].filter(Boolean)
  return `rename it to ${source} and run "${words.join(' ')}"`
}
