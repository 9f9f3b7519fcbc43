import { randomBytes } from 'node:crypto'
import * as asn1js from 'asn1js'
import { expect, test } from 'vitest'
import {
  encodeDer,
  encodeDerObjectId,
  encodeDerSetOf,
  readDer,
  tags,
} from '../../../src/apple/signing/der.ts'

test('DER is encoded and decoded as by asn1js', () => {
  const sizes = [0, 1, 127, 128, 255, 256, 65535, 65536, 70000]
  for (const size of sizes) {
    const encoded = encodeDer(tags.octetString, randomBytes(size))
    const { result } = asn1js.fromBER(new Uint8Array(encoded).buffer)
    expect(Buffer.from(result.toBER()).equals(encoded)).toBe(true)
    expect(readDer(encoded, 0)).toMatchObject({ start: 0, end: encoded.length })
    expect(encoded.length - readDer(encoded, 0).contentStart).toBe(size)
  }
  for (const oid of ['1.2.840.113549.1.7.2', '2.5.4.3', '2.16.840.1.101.3.4.2.1', '2.999.16384']) {
    const { result } = asn1js.fromBER(new Uint8Array(encodeDerObjectId(oid)).buffer)
    expect(result.valueBlock.toString()).toBe(oid)
  }
  expect(() => readDer(Buffer.from([0x30, 0x05, 1]), 0)).toThrow(/cut off/)
  expect(() => readDer(Buffer.from([0x30]), 0)).toThrow(/cut off/)
})

test('the elements of a SET OF are sorted by their encodings', () => {
  const [one, two, three] = [[1], [2], [3, 3]].map((bytes) =>
    encodeDer(tags.octetString, Buffer.from(bytes)),
  )
  const inOrder = encodeDer(tags.set, one as Buffer, two as Buffer, three as Buffer)
  for (const elements of [
    [three, two, one],
    [two, three, one],
    [one, two, three],
  ]) {
    expect(encodeDerSetOf(tags.set, elements as Buffer[]).equals(inOrder)).toBe(true)
  }
})
