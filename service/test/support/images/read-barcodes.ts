import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader'

/** The barcode formats of passes, as zxing names them. */
export type ZxingFormat = 'QRCode' | 'PDF417' | 'Aztec' | 'Code128'

export interface FoundBarcode {
  kind: string
  bytes: Buffer
}

// Without the binary, zxing would download it from a public server.
const wasm = readFileSync(fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm')))
prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(wasm).buffer } })

/** Reads all barcodes in a PNG with zxing. */
export async function readWithZxing(png: Uint8Array): Promise<FoundBarcode[]> {
  const formats: ZxingFormat[] = ['QRCode', 'PDF417', 'Aztec', 'Code128']
  const found = await readBarcodes(png, { formats, tryHarder: true, maxNumberOfSymbols: 8 })
  return found.map(({ format, bytes }) => ({ kind: format, bytes: Buffer.from(bytes) }))
}

const zbarNames = { QRCode: 'qrcode', Code128: 'code128' }

/** The formats that zbar supports as well. */
export type ZbarFormat = keyof typeof zbarNames

/** Reads the barcode of this format in a PNG with zbar; undefined if there is none. */
export async function readWithZbar(png: Uint8Array, kind: ZbarFormat): Promise<Buffer | undefined> {
  const only = ['-Sdisable', `-S${zbarNames[kind]}.enable`, '-Sbinary']
  const running = promisify(execFile)(
    'zbarimg',
    ['--quiet', '--nodbus', '--raw', '--oneshot', ...only, 'png:-'],
    { encoding: 'buffer' },
  )
  running.child.stdin?.end(png)
  try {
    return (await running).stdout
  } catch (error) {
    // Exit code 4: no barcode found.
    if (error instanceof Error && 'code' in error && error.code === 4) return undefined
    throw error
  }
}
