import { describe, expect, it, onTestFinished } from 'vitest'
import { databases } from '../support/databases/databases.ts'
import { startGoogleService } from '../support/google/google-service.ts'

describe.each(databases)('at Google on $name', ({ createDatabase }) => {
  it('a forgotten pass is expired and says nothing any more, not even in its messages', async () => {
    const running = await startGoogleService({ databaseUrl: await createDatabase() })
    onTestFinished(() => running.stop())
    const { client, createTapped, read, waitUntilIdle } = running
    const pass = await createTapped({
      title: 'zqxmark-title',
      value: 'zqxmark-value',
      barcodeValue: 'zqxmark-barcode',
      barcodeFormat: 'QR',
      metadata: { mail: 'ada@example.com' },
    })
    await client.sendMessage(pass.serialNumber, 'zqxmark-message')
    await waitUntilIdle()
    expect(JSON.stringify(read(pass))).toMatch(/zqxmark-message/)

    const forgotten = await client.forgetPerson('ada@example.com')
    expect(forgotten).toMatchObject({ passes: 1, wallets: { apple: 0, google: 1 } })
    await waitUntilIdle()
    expect(read(pass)).toMatchObject({ state: 'EXPIRED' })
    expect(JSON.stringify(read(pass))).not.toContain('zqxmark')
  })
})
