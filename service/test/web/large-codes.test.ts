import { afterAll, beforeAll, expect, it } from 'vitest'
import { drawBarcode } from '../../src/web/barcode-svg.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService()
})
afterAll(() => service.stop())

/** The most digits that an Aztec code carries, a different number each time. */
const toDigits = (count: number) => String(count).padEnd(3832, '1234567')

it('the largest codes are drawn while other requests and small codes are served', async () => {
  const client = service.client(await service.createKey())
  const passes = await Promise.all(
    [1, 2, 3, 4].map((count) =>
      client.createPass({ title: 'A', barcodeFormat: 'Aztec', barcodeValue: toDigits(count) }),
    ),
  )
  const small = await client.createPass({ title: 'Small', barcodeFormat: 'QR', barcodeValue: '1' })
  const order: string[] = []
  const open = async (name: string, path: string) => {
    const response = await service.fetch(path)
    const text = await response.text()
    order.push(name)
    return { status: response.status, text }
  }
  const pages = passes.map(({ shareUrl }) => open('large', new URL(shareUrl).pathname))
  const others = [open('health', '/health'), open('small', new URL(small.shareUrl).pathname)]
  for (const page of [...pages, ...others]) expect((await page).status).toBe(200)
  for (const page of pages) expect((await page).text.length).toBeGreaterThan(80_000)
  expect(order.slice(0, 2).sort()).toEqual(['health', 'small'])
})

it('a code that is asked for many times at once is drawn once, and remembered', async () => {
  const barcode = {
    format: 'PKBarcodeFormatAztec',
    message: toDigits(100),
    messageEncoding: 'utf-8',
  }
  const codes = await Promise.all(Array.from({ length: 100 }, () => drawBarcode(barcode)))
  expect(new Set(codes).size).toBe(1)
  expect(codes[0]?.path.length).toBeGreaterThan(80_000)
  expect(await drawBarcode(barcode)).toBe(codes[0])
})

it('a caller with too many codes in the queue gets a 503, and others their codes', async () => {
  const draw = (count: number, owner: string) =>
    drawBarcode(
      {
        format: 'PKBarcodeFormatPDF417',
        message: `${count} `.repeat(60),
        messageEncoding: 'utf-8',
      },
      owner,
    )
  const results = await Promise.allSettled(
    Array.from({ length: 80 }, (_, count) => draw(1_000_000 + count, 'attacker')),
  )
  const refused = results.filter(({ status }) => status === 'rejected')
  expect(refused.length).toBeGreaterThanOrEqual(29)
  expect(refused[0]).toMatchObject({ reason: { code: 'overloaded', retryAfterSeconds: 5 } })
  expect(await draw(2_000_000, 'honest')).toBeDefined()
})
