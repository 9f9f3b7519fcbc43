// JavaScript: fetch, then the answer's bytes into a file.
import { writeFile } from 'node:fs/promises'

const { HOST, KEY, OUT } = process.env

const response = await fetch(`${HOST}/api/pkpass`, {
  method: 'POST',
  headers: {
    'Content-Type': 'application/json',
    Authorization: `Bearer ${KEY}`,
  },
  body: JSON.stringify({
    barcodeValue: 'TICKET-00123',
    barcodeFormat: 'Aztec',
    title: 'Summer Concert',
    label: 'Seat',
    value: 'Row 5, Seat 12',
    colorPreset: 'purple',
    expirationDays: 30,
  }),
})

if (!response.ok) throw new Error(await response.text())
const blob = await response.blob()
if (blob.type !== 'application/vnd.apple.pkpass') throw new Error(`not a pass: ${blob.type}`)
await writeFile(String(OUT), Buffer.from(await blob.arrayBuffer()))
