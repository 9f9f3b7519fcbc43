import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader'

/** The kinds of code that a pass can have, in zxing's words. */
export type CodeKind = 'QRCode' | 'PDF417' | 'Aztec' | 'Code128'

export interface ReadCode {
  kind: string
  bytes: Buffer
}

// Given by its bytes: without them it would be fetched from a public server.
const wasm = readFileSync(fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm')))
prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(wasm).buffer } })

/** Every code in a PNG that zxing finds, with the bytes it says. */
export async function readWithZxing(png: Uint8Array): Promise<ReadCode[]> {
  const formats: CodeKind[] = ['QRCode', 'PDF417', 'Aztec', 'Code128']
  const found = await readBarcodes(png, { formats, tryHarder: true, maxNumberOfSymbols: 8 })
  return found.map(({ format, bytes }) => ({ kind: format, bytes: Buffer.from(bytes) }))
}

const zbarNames = { QRCode: 'qrcode', Code128: 'code128' }

/** The kinds that zbar knows as well. */
export type ZbarKind = keyof typeof zbarNames

/** The bytes of the one code of this kind in a PNG, read by zbar; undefined when it finds none. */
export async function readWithZbar(png: Uint8Array, kind: ZbarKind): Promise<Buffer | undefined> {
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
    // 4 says that there is no code.
    if (error instanceof Error && 'code' in error && error.code === 4) return undefined
    throw error
  }
}
