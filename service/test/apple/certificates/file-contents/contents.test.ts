import { randomBytes, randomInt } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { findContents } from '../../../../src/apple/certificates/file-contents/contents.ts'
import { decryptRc2Cbc } from '../../../../src/apple/certificates/file-contents/rc2.ts'
import {
  createCertificateForms,
  FORM_PASSWORD,
} from '../../../support/certificates/certificate-forms.ts'
import { createTestApple } from '../../../support/certificates/test-apple.ts'

const apple = await createTestApple()
const forms = createCertificateForms(await apple.issue())

describe('reading a file', () => {
  it('never throws, whatever bytes of it are changed, cut off or moved', () => {
    for (const [name, form] of Object.entries(forms)) {
      for (let round = 0; round < 60; round++) {
        const bytes = mutate(form)
        const contents = findContents(bytes)
        expect(Array.isArray(contents), name).toBe(true)
        // The slow ones are asked once: each try costs thousands of rounds.
        if (round > 2) continue
        for (const content of contents) {
          if (content.kind === 'locked') content.open(FORM_PASSWORD)
        }
      }
    }
  })

  it('of deeply nested BER ends at once', () => {
    const start = performance.now()
    expect(findContents(Buffer.alloc(1_000_000, Buffer.from([0x30, 0x80])))[0]?.kind).toBe('other')
    expect(performance.now() - start).toBeLessThan(2_000)
  })

  it('of a .p12 that asks for a billion rounds ends at once', () => {
    const p12 = Buffer.from(forms['p12 aes'] ?? '')
    // The last INTEGER is the number of rounds of the MAC: 2048.
    const at = p12.lastIndexOf(Buffer.from([0x02, 0x02, 0x08, 0x00]))
    expect(at).toBeGreaterThan(0)
    const changed = Buffer.concat([p12.subarray(0, at), Buffer.from([0x02, 0x04, 0x40, 0, 0, 0])])
    changed.writeUInt16BE(changed.length - 4, 2)
    // Two more bytes in the MAC, too.
    const mac = changed.lastIndexOf(Buffer.from([0x30, 0x41, 0x30]))
    if (mac > 0) changed[mac + 1] = 0x43
    const start = performance.now()
    expect(findContents(changed)).toEqual([
      { kind: 'other', reason: expect.stringMatching(/1073741824 rounds, which is not supported/) },
    ])
    expect(performance.now() - start).toBeLessThan(2_000)
  })
})

function mutate(form: Buffer): Buffer {
  const bytes = Buffer.from(form)
  for (let i = randomInt(1, 4); i > 0; i--) bytes[randomInt(bytes.length)] = randomInt(256)
  const kind = randomInt(3)
  if (kind === 0) return bytes.subarray(0, randomInt(bytes.length))
  if (kind === 1) {
    const at = randomInt(bytes.length)
    return Buffer.concat([bytes.subarray(at), randomBytes(10), bytes.subarray(0, at)])
  }
  return bytes
}

describe('RC2 decrypts', () => {
  // RFC 2268, section 5: key, effective bits, plain text, cipher text; one block, no padding.
  it.each([
    ['0000000000000000', 63, '0000000000000000', 'ebb773f993278eff'],
    ['ffffffffffffffff', 64, 'ffffffffffffffff', '278b27e42e2f0d49'],
    ['3000000000000000', 64, '1000000000000001', '30649edf9be7d2c2'],
    ['88', 64, '0000000000000000', '61a8a244adacccf0'],
    ['88bca90e90875a', 64, '0000000000000000', '6ccf4308974c267f'],
    ['88bca90e90875a7f0f79c384627bafb2', 64, '0000000000000000', '1a807d272bbe5db1'],
    ['88bca90e90875a7f0f79c384627bafb2', 128, '0000000000000000', '2269552ab0f85ca6'],
    [
      '88bca90e90875a7f0f79c384627bafb216f80a6f85920584c42fceb0be255daf1e',
      129,
      '0000000000000000',
      '5b78d3a43dfff1f1',
    ],
  ])('the test vector %s with %i bits', (key, bits, plain, cipher) => {
    // An IV that makes the block a block of padding tells what it was before.
    const padding = Buffer.alloc(8, 8)
    const iv = Buffer.from(plain, 'hex').map((byte, i) => byte ^ (padding[i] ?? 0))
    const decrypt = () =>
      decryptRc2Cbc(Buffer.from(key, 'hex'), bits, Buffer.from(iv), Buffer.from(cipher, 'hex'))
    expect(decrypt()).toHaveLength(0)
  })
})
